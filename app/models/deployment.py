"""Deployments and the files that came with them."""

from __future__ import annotations

import peewee

from app.database.table import Id, Instant, Table


class Deployment(Table):
    """One upload of models; deleting it removes its definitions."""

    id = Id(primary_key=True)
    name = peewee.TextField(null=True)
    source = peewee.TextField(null=True)
    tenant_id = peewee.TextField(null=True)
    deployed_at = Instant(index=True)


class DeploymentResource(Table):
    """One file of a deployment, byte for byte."""

    id = Id(primary_key=True)
    deployment_id = Id(index=True)
    name = peewee.TextField()
    content = peewee.BlobField()

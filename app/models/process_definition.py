"""Process definitions: one row a version; the graph is parsed from the deployment's resource and cached by id."""

from __future__ import annotations

import peewee

from app.database.table import Id, Table


class ProcessDefinition(Table):
    """One version of one executable process. `id` is `key:version:uuid` (the bare uuid beyond 64 characters)."""

    id = Id(primary_key=True)
    key = peewee.TextField()
    version = peewee.IntegerField()
    name = peewee.TextField(null=True)
    category = peewee.TextField(null=True)
    description = peewee.TextField(null=True)
    version_tag = peewee.TextField(null=True)
    tenant_id = peewee.TextField(null=True)
    deployment_id = Id(index=True)
    resource_name = peewee.TextField()
    suspended = peewee.BooleanField(default=False)
    history_ttl_days = peewee.IntegerField(null=True)
    startable = peewee.BooleanField(default=True)

    class Meta:
        table_name = "process_definition"


# Two deployments at once may not make the same version; the tenants' versions are counted apart.
ProcessDefinition.add_index(
    peewee.SQL(
        "CREATE UNIQUE INDEX process_definition_version ON process_definition (key, COALESCE(tenant_id, ''), version)"
    )
)

"""Decision definitions: one row a version; the tables are parsed from the deployment's resource and cached by id."""

from __future__ import annotations

import peewee

from app.database.table import Id, Table


class DecisionDefinition(Table):
    """One version of one decision. `id` is `key:version:uuid` (the bare uuid beyond 64 characters).

    `requirements_id` and `requirements_key` name the file's graph, where the file has more than one decision.
    """

    id = Id(primary_key=True)
    key = peewee.TextField()
    version = peewee.IntegerField()
    name = peewee.TextField(null=True)
    category = peewee.TextField(null=True)
    version_tag = peewee.TextField(null=True)
    tenant_id = peewee.TextField(null=True)
    deployment_id = Id(index=True)
    resource_name = peewee.TextField()
    requirements_id = Id(null=True)
    requirements_key = peewee.TextField(null=True)
    history_ttl_days = peewee.IntegerField(null=True)

    class Meta:
        table_name = "decision_definition"


# Two deployments at once may not make the same version; the tenants' versions are counted apart.
DecisionDefinition.add_index(
    peewee.SQL(
        "CREATE UNIQUE INDEX decision_definition_version ON decision_definition (key, COALESCE(tenant_id, ''), version)"
    )
)

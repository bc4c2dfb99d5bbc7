"""Decision requirements definitions: one row a version of a file with several decisions."""

from __future__ import annotations

import peewee

from app.database.table import Id, Table


class DecisionRequirementsDefinition(Table):
    """One version of the graph of a file. `id` is `key:version:uuid` (the bare uuid beyond 64 characters)."""

    id = Id(primary_key=True)
    key = peewee.TextField()
    version = peewee.IntegerField()
    name = peewee.TextField(null=True)
    category = peewee.TextField(null=True)
    tenant_id = peewee.TextField(null=True)
    deployment_id = Id(index=True)
    resource_name = peewee.TextField()

    class Meta:
        table_name = "decision_requirements_definition"


DecisionRequirementsDefinition.add_index(
    peewee.SQL(
        "CREATE UNIQUE INDEX decision_requirements_definition_version"
        " ON decision_requirements_definition (key, COALESCE(tenant_id, ''), version)"
    )
)

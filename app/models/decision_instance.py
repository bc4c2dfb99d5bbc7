"""Decision instances: what was decided, when, from what and with which result."""

from __future__ import annotations

import peewee

from app.database.table import Id, Instant, JsonText, Table


class DecisionInstance(Table):
    """One evaluation of one decision. `root_decision_instance_id` is null for the one that was asked for, and its id
    for those that it required.

    One that no process asked for is forgotten at `removal_at`, the others with the root of their process instance.
    `inputs` and `outputs` are the JSON of `app.records.decision_instances`.
    """

    id = Id(primary_key=True)
    decision_definition_id = Id(index=True)
    decision_definition_key = peewee.TextField()
    decision_definition_name = peewee.TextField(null=True)
    requirements_id = Id(null=True, index=True)
    requirements_key = peewee.TextField(null=True)
    evaluated_at = Instant()
    removal_at = Instant(null=True)
    definition_id = Id(null=True)
    definition_key = peewee.TextField(null=True)
    process_instance_id = Id(null=True, index=True)
    root_id = Id(null=True)
    execution_id = Id(null=True)
    activity_id = peewee.TextField(null=True)
    activity_instance_id = Id(null=True)
    user_id = peewee.TextField(null=True)
    inputs = JsonText()
    outputs = JsonText()
    collect_result = peewee.DoubleField(null=True)
    root_decision_instance_id = Id(null=True, index=True)
    tenant_id = peewee.TextField(null=True)

    class Meta:
        table_name = "decision_instance"


DecisionInstance.add_index(
    peewee.SQL("CREATE INDEX decision_instance_removal ON decision_instance (removal_at) WHERE removal_at IS NOT NULL")
)

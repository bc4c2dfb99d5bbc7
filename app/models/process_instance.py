"""Process instances: a lasting record of each, and the state of those that run."""

from __future__ import annotations

import peewee

from app.models.base import Id, Instant, JsonText, Table


class ProcessInstance(Table):
    """The record of an instance, running (`ended_at` null) or ended; it stays for the history's time to live.

    `root_id` names the top of the tree of called processes (its own id at the top): the unit of locking and of state.
    `state` is ACTIVE, SUSPENDED, COMPLETED, EXTERNALLY_TERMINATED or INTERNALLY_TERMINATED.
    """

    id = Id(primary_key=True)
    root_id = Id(index=True)
    super_instance_id = Id(null=True)
    super_execution_id = Id(null=True)
    definition_id = Id(index=True)
    definition_key = peewee.TextField()
    business_key = peewee.TextField(null=True)
    tenant_id = peewee.TextField(null=True)
    state = peewee.TextField(default="ACTIVE")
    started_at = Instant(index=True)
    ended_at = Instant(null=True)
    start_user_id = peewee.TextField(null=True)
    start_activity_id = peewee.TextField(null=True)
    delete_reason = peewee.TextField(null=True)
    error_code = peewee.TextField(null=True)
    removal_at = Instant(null=True)

    class Meta:
        table_name = "process_instance"


ProcessInstance.add_index(
    peewee.SQL("CREATE INDEX process_instance_running ON process_instance (definition_key, id) WHERE ended_at IS NULL")
)
ProcessInstance.add_index(
    peewee.SQL(
        "CREATE INDEX process_instance_business_key ON process_instance (business_key) WHERE business_key IS NOT NULL"
    )
)
ProcessInstance.add_index(
    peewee.SQL(
        "CREATE INDEX process_instance_super ON process_instance (super_instance_id) WHERE super_instance_id IS NOT NULL"
    )
)
ProcessInstance.add_index(
    peewee.SQL("CREATE INDEX process_instance_removal ON process_instance (removal_at) WHERE removal_at IS NOT NULL")
)


class InstanceState(Table):
    """The token state of one running root instance: what is active now. Locked first by every change.

    `revision` grows by one with every step; `body` is the JSON of `app.bpmn.execution.state`; `suspended` tells whether
    any instance of the tree is.
    """

    id = Id(primary_key=True)
    definition_id = Id()
    revision = peewee.IntegerField(default=1)
    body = JsonText()
    suspended = peewee.BooleanField(default=False)

    class Meta:
        table_name = "instance_state"

"""The statements of the store, compiled once."""

from __future__ import annotations

from typing import Any

import peewee

from app.bpmn.states import ProcessInstanceState
from app.database.statements import P, Statement, one_of
from app.database.table import Table
from app.models import (
    ActivityInstance,
    EventSubscription,
    ExternalTask,
    Incident,
    InstanceState,
    Job,
    ProcessDefinition,
    ProcessInstance,
    UserTask,
    VariableRow,
)
from app.models.variable import COLUMNS, IN_ACTION

MS_PER_DAY = 86_400_000


def _of_root() -> Any:
    root = ProcessInstance.alias()
    return root.select(root.removal_at).where(root.id == P("root_id"))


REPLACE_STATE = " ON CONFLICT (id) DO UPDATE SET body = excluded.body, revision = excluded.revision"
"""Nobody else can have changed or removed the row: whoever gets here has locked it. Unlike an UPDATE, such an INSERT
takes the states of many trees at once; of ten it costs each a sixth on Postgres, of one as much as the UPDATE."""
DELETE_STATE = Statement(InstanceState.delete().where(one_of(InstanceState.id, "ids")), each="ids")

_END = {
    ProcessInstance.ended_at: P("now"),
    ProcessInstance.state: P("state"),
    ProcessInstance.delete_reason: P("reason"),
    ProcessInstance.error_code: P("error_code"),
}
_TTL = ProcessDefinition.select(ProcessDefinition.history_ttl_days).where(ProcessDefinition.id == P("definition_id"))
_REMOVAL_AT = P("now") + peewee.fn.COALESCE(_TTL, P("days")).cast("BIGINT") * MS_PER_DAY

END_CALLED = Statement(ProcessInstance.update(_END).where(one_of(ProcessInstance.id, "ids")), each="ids")
END_ROOT = Statement(
    ProcessInstance.update({**_END, ProcessInstance.removal_at: _REMOVAL_AT}).where(one_of(ProcessInstance.id, "ids")),
    each="ids",
)
"""End the root; its time to live begins, that of its model, else `days` (null: for ever)."""

FORGET_WITH_ROOT = Statement(
    ProcessInstance.update({ProcessInstance.removal_at: _of_root()}).where(
        ProcessInstance.root_id == P("root_id"), ProcessInstance.id != P("root_id")
    )
)
"""What the tree called is remembered as long as its root."""

END_ACTIVITIES = Statement(
    ActivityInstance.update(
        {
            ActivityInstance.ended_at: P("ended_at"),
            ActivityInstance.canceled: P("canceled"),
            ActivityInstance.complete_scope: P("complete_scope"),
        }
    ).where(one_of(ActivityInstance.id, "ids")),
    each="ids",
)

REPLACE_LIVE = (
    " ON CONFLICT (execution_id, name) WHERE live = 1 DO UPDATE SET type = excluded.type, text = excluded.text, "
    "integer = excluded.integer, number = excluded.number, bytes = excluded.bytes, info = excluded.info"
)
"""A variable that lives already takes the new value and keeps its row."""

LIVE = peewee.SQL("live = 1")
"""A literal, so that the partial index serves prepared statements too."""

END_SCOPES = Statement(
    VariableRow.update({VariableRow.live: 0}).where(one_of(VariableRow.execution_id, "execution_ids"), LIVE),
    each="execution_ids",
)
REMOVE_VARIABLE = Statement(
    VariableRow.update({VariableRow.live: 0, VariableRow.deleted: P("deleted")}).where(
        VariableRow.execution_id == P("execution_id"), VariableRow.name == P("name"), LIVE
    )
)
LOAD_VARIABLES = Statement(
    VariableRow.select(*COLUMNS).where(VariableRow.root_id == P("root_id"), IN_ACTION), of_tree=True
)

END_USER_TASKS = Statement(
    UserTask.update({UserTask.ended_at: P("now"), UserTask.outcome: P("outcome")}).where(one_of(UserTask.id, "ids"))
)


def _delete(table: type[Table]) -> Statement:
    return Statement(table.delete().where(one_of(table._meta.primary_key, "ids")), each="ids")


DELETE_JOBS = _delete(Job)
DELETE_TASKS = _delete(ExternalTask)
DELETE_SUBSCRIPTIONS = _delete(EventSubscription)

_CLOSED = {Incident.state: P("state"), Incident.ended_at: P("now")}
_OPEN = peewee.SQL("state = 'open'")
_cause = Incident.alias()
CLOSE_INCIDENTS = Statement(
    Incident.update(_CLOSED).where(
        Incident.root_cause_incident_id.in_(
            _cause.select(_cause.id).where(one_of(_cause.configuration, "subjects"), _OPEN)
        ),
        _OPEN,
    )
)
"""Close the incidents of tasks or jobs, and those that they caused on calling processes."""

CLOSE_INCIDENTS_OF_INSTANCES = Statement(
    Incident.update(_CLOSED).where(one_of(Incident.process_instance_id, "ids"), _OPEN, Incident.kind != P("kept")),
    each="ids",
)

SUSPENDED_INSTANCES = Statement(
    ProcessInstance.select(ProcessInstance.id).where(
        ProcessInstance.root_id == P("root_id"), ProcessInstance.state == ProcessInstanceState.SUSPENDED
    ),
    of_tree=True,
)

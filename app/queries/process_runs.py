"""Process instances, running and ended, as process-engine.io asks for them: by correlation, model, owner and state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from app.bpmn.states import ProcessInstanceState
from app.bpmn.values import Variable
from app.database import statements
from app.database.database import Database
from app.models.process_instance import ProcessInstance
from app.models.variable import VariableRow, from_row
from app.queries.conditions import any_of, instant, one_of, only, texts
from app.queries.listing import Listing

State = Literal["running", "finished", "error", "terminated"]
_STATES: dict[State, tuple[str, ...]] = {
    "running": (ProcessInstanceState.ACTIVE, ProcessInstanceState.SUSPENDED),
    "finished": (ProcessInstanceState.COMPLETED,),
    "error": (ProcessInstanceState.INTERNALLY_TERMINATED,),
    "terminated": (ProcessInstanceState.EXTERNALLY_TERMINATED,),
}


_STARTERS = statements.Statement(
    ProcessInstance.select(ProcessInstance.id, ProcessInstance.start_user_id).where(
        statements.one_of(ProcessInstance.id, "ids")
    )
)


def correlation_of(row: Any) -> str:
    """Return the correlation id of a process instance, or of anything that has its business key and id."""
    own_id = row.id if isinstance(row, ProcessInstance) else row.process_instance_id
    return str(row.business_key or own_id)


def state_of(row: ProcessInstance) -> State:
    """Return the state in the words of process-engine.io."""
    return next(state for state, states in _STATES.items() if row.state in states)


def correlates(ids: list[str]) -> Any:
    """Return the condition that a process instance belongs to one of the correlations."""
    without_key = ProcessInstance.business_key.is_null() | (ProcessInstance.business_key == "")
    return ProcessInstance.business_key.in_(ids) | (without_key & ProcessInstance.id.in_(ids))


def _in_states(wanted: list[str]) -> Any:
    if not any(state in wanted for state in _STATES):
        return ProcessInstance.id.is_null()
    return any_of(ProcessInstance.state.in_(states) for state, states in _STATES.items() if state in wanted)


PROCESS_RUNS = Listing(
    "process instance",
    ProcessInstance,
    filters={
        "ids": one_of(ProcessInstance.id),
        "correlation_ids": texts(correlates),
        "definition_ids": one_of(ProcessInstance.definition_id),
        "definition_keys": one_of(ProcessInstance.definition_key),
        "user_ids": one_of(ProcessInstance.start_user_id),
        "super_instance_ids": one_of(ProcessInstance.super_instance_id),
        "roots": only(ProcessInstance.super_instance_id.is_null),
        "states": texts(_in_states),
        "started_before": instant(ProcessInstance.started_at, "lt"),
        "started_after": instant(ProcessInstance.started_at, "gt"),
        "ended_before": instant(ProcessInstance.ended_at, "lt"),
        "ended_after": instant(ProcessInstance.ended_at, "gt"),
    },
    orders={
        "id": ProcessInstance.id,
        "definition_id": ProcessInstance.definition_id,
        "definition_key": ProcessInstance.definition_key,
        "business_key": ProcessInstance.business_key,
        "start_user_id": ProcessInstance.start_user_id,
        "state": ProcessInstance.state,
        "started_at": ProcessInstance.started_at,
        "ended_at": ProcessInstance.ended_at,
    },
)


def instances_by_id(database: Database, ids: Iterable[str]) -> dict[str, ProcessInstance]:
    """Return the process instances with these ids, by id."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    return {row.id: row for row in PROCESS_RUNS.find(database, {"ids": wanted})}


def starters_of(database: Database, ids: Iterable[str]) -> dict[str, str | None]:
    """Return who started each process instance, by its id: on the way of every fetch, hence compiled."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    rows = database.read(lambda: _STARTERS.all(database, ids=wanted))
    return dict(rows)


def last_variables(database: Database, execution_ids: Iterable[str]) -> dict[str, dict[str, Variable]]:
    """Return the variables of scopes, the last values of those that ended included: execution id → name → variable."""
    found: dict[str, dict[str, Variable]] = {id: {} for id in execution_ids}
    condition = VariableRow.execution_id.in_(list(found)) & (VariableRow.deleted == False)  # noqa: E712
    query = VariableRow.select().where(condition).order_by(VariableRow.live, VariableRow.created_at)
    for row in database.read(lambda: list(query)) if found else ():
        found[row.execution_id][row.name] = from_row(row)
    return found

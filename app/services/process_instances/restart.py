"""Start ended process instances again: another instance of the same definition with the same variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.bpmn.commands import StartInstruction
from app.bpmn.values import Variables
from app.engine.process_engine import ProcessEngine
from app.engine.starting import Start
from app.errors import ProcessInstanceNotFound, Refused
from app.models import ProcessInstance, VariableRow, VariableUpdate
from app.models.variable import from_row


@dataclass(frozen=True, slots=True)
class Restart:
    """How to restart: where to begin, with the first or the last values of the variables, with the key or without."""

    definition_id: str
    instructions: tuple[StartInstruction, ...]
    initial_variables: bool = False
    without_business_key: bool = False


def restart_instances(
    engine: ProcessEngine, restart: Restart, ids: Sequence[str], user_id: str | None
) -> list[ProcessInstance]:
    """Within a transaction: start an instance for each ended one, in the name of a user, and return the new ones.

    Raises DefinitionNotFound, ProcessInstanceNotFound, Refused, Suspended, EngineFailed.
    """
    definition = engine.definitions.now(restart.definition_id)
    started = []
    for id in ids:
        ended = _ended(restart, id)
        variables = _first_values(ended) if restart.initial_variables else _last_values(ended)
        key = None if restart.without_business_key else ended.business_key
        row = engine.begin(definition, Start(key, variables, None, restart.instructions, user_id))
        ProcessInstance.update(restarted_instance_id=id).where(ProcessInstance.id == row.id).execute()
        started.append(row)
    return started


def _ended(restart: Restart, id: str) -> ProcessInstance:
    found = ProcessInstance.get_or_none(ProcessInstance.id == id)
    if found is None:
        raise ProcessInstanceNotFound(id)
    if found.definition_id != restart.definition_id:
        raise Refused(f"Its process definition '{found.definition_id}' is not the one to restart.", id=id)
    if found.ended_at is None:
        raise Refused(f"Process instance '{id}' is still running, it cannot be restarted.", id=id)
    return found


def _last_values(instance: ProcessInstance) -> Variables:
    """Return the instance's own variables at its end."""
    own = (VariableRow.process_instance_id == instance.id) & (VariableRow.execution_id == instance.id)
    rows = VariableRow.select().where(own, VariableRow.deleted == False)  # noqa: E712
    return {row.name: from_row(row) for row in rows.order_by(VariableRow.id)}


def _first_values(instance: ProcessInstance) -> Variables:
    """Return the variables that the instance was started with."""
    own = (VariableUpdate.process_instance_id == instance.id) & (VariableUpdate.execution_id == instance.id)
    rows = VariableUpdate.select().where(own, VariableUpdate.created_at == instance.started_at)
    return {row.name: from_row(row) for row in rows.order_by(VariableUpdate.id.desc())}

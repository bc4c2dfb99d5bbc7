"""What a new process instance begins with, and the command that begins it."""

from __future__ import annotations

from dataclasses import dataclass

from app.bpmn.commands import StartInstance, StartInstruction
from app.bpmn.values import Variables
from app.engine.definitions import DefinitionCache, DefinitionNow
from app.errors import NoPlainStart, Suspended
from app.ids import new_id


@dataclass(frozen=True, slots=True)
class Start:
    """What a new instance begins with; `activity_id` is the start event, None the one without a trigger."""

    business_key: str | None = None
    variables: Variables | None = None
    activity_id: str | None = None
    instructions: tuple[StartInstruction, ...] = ()
    user_id: str | None = None
    case_instance_id: str | None = None


def start_command(definitions: DefinitionCache, definition: DefinitionNow, start: Start) -> StartInstance:
    """Return the command that starts an instance of a definition. Raises Suspended, NoPlainStart."""
    if definition.suspended:
        raise Suspended("process definition", definition.id)
    if start.activity_id is None and not start.instructions:
        _require_initial(definitions, definition)
    return StartInstance(
        definition.id,
        new_id(),
        start.business_key,
        start.variables or {},
        start.activity_id,
        start.instructions,
        start.user_id,
    )


def _require_initial(definitions: DefinitionCache, definition: DefinitionNow) -> None:
    if definitions.get(definition.id).initial is None:
        raise NoPlainStart(definition.id)

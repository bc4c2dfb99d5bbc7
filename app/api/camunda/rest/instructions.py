"""Instructions to start or cancel activities, in the bodies of start and modification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from marshmallow import ValidationError

from app.api.camunda.rest.coercion import (
    JacksonBoolean,
    JacksonChoice,
    JacksonMap,
    JacksonObjects,
    JacksonSchema,
    JacksonString,
)
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.variables import variable_schema, variables_from_json
from app.bpmn.commands import StartInstruction
from app.bpmn.values import Variables

Kind = Literal["startBeforeActivity", "startAfterActivity", "startTransition", "cancel"]
KINDS: tuple[Kind, ...] = ("startBeforeActivity", "startAfterActivity", "startTransition", "cancel")
NEEDS_ONE = "exactly one, 'activityId', 'activityInstanceId', or 'transitionInstanceId', is required"


class RequiredKind(JacksonChoice):
    """The type of an instruction, which decides about all else and cannot be left out."""

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """Read the type. Raises ValidationError."""
        if value is None or not isinstance(value, str):
            raise ValidationError("a type is required")
        return self.coerce(value)


class InstructionSchema(JacksonSchema):
    """Start before or after an activity, along a sequence flow, or cancel what is active."""

    kind = RequiredKind("type", KINDS, metadata={"example": "startBeforeActivity"})
    activity_id = JacksonString("activityId")
    transition_id = JacksonString("transitionId")
    activity_instance_id = JacksonString("activityInstanceId")
    transition_instance_id = JacksonString("transitionInstanceId")
    ancestor_activity_instance_id = JacksonString("ancestorActivityInstanceId")
    cancel_current_active_instances = JacksonBoolean("cancelCurrentActiveActivityInstances", False)
    variables = JacksonMap("variables", metadata={"example": {"amount": {"value": 1, "local": False}}})


def instructions_field(wire_name: str) -> JacksonObjects:
    """Return the field of a body that holds instructions."""
    return JacksonObjects(wire_name, InstructionSchema())


Loaded = Sequence[Mapping[str, Any] | None] | None


def instructions_from_json(loaded: Loaded) -> list[StartInstruction]:
    """Convert loaded instructions. Raises CamundaRefusal."""
    return [_instruction(_present(each)) for each in loaded or ()]


def start_instructions(loaded: Loaded) -> list[StartInstruction]:
    """Convert what an instance starts with: there is nothing yet to cancel, and no ancestor. Raises CamundaRefusal."""
    present = [_present(each) for each in loaded or ()]
    return [_anywhere(_instruction(each)) for each in present if each["kind"] != "cancel"]


def instructions_for_many(loaded: Loaded) -> list[StartInstruction]:
    """Convert instructions for several instances, which have no activity instance in common. Raises CamundaRefusal."""
    present = [_present(each) for each in loaded or ()]
    for each in present:
        if each["kind"] == "cancel" and each["activity_id"] is None:
            raise _refusal("cancel", "'activityId' must be set")
    return [_anywhere(_instruction(each)) for each in present]


def _present(loaded: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if loaded is None:
        raise invalid_request("An instruction is null.")
    return loaded


def _anywhere(instruction: StartInstruction) -> StartInstruction:
    return replace(instruction, ancestor_activity_instance_id=None)


def _instruction(loaded: Mapping[str, Any]) -> StartInstruction:
    kind: Kind = loaded["kind"]
    _check(kind, loaded)
    rest = {name: value for name, value in loaded.items() if name not in ("kind", "variables")}
    local, around = _variables(loaded["variables"] or {})
    return StartInstruction(kind, variables=around, local_variables=local, **rest)


def _check(kind: Kind, loaded: Mapping[str, Any]) -> None:
    if kind == "cancel":
        named = [loaded[name] for name in ("activity_id", "activity_instance_id", "transition_instance_id")]
        if sum(value is not None for value in named) != 1:
            raise _refusal(kind, NEEDS_ONE)
    elif kind == "startTransition":
        if loaded["transition_id"] is None:
            raise _refusal(kind, "'transitionId' must be set")
    elif loaded["activity_id"] is None:
        raise _refusal(kind, "'activityId' must be set")


def _refusal(kind: str, reason: str) -> Exception:
    return invalid_request(f"For instruction type '{kind}': {reason}")


def _variables(entries: Mapping[str, Any]) -> tuple[Variables, Variables]:
    """Return the local variables and the others."""
    local = {name for name, entry in entries.items() if isinstance(entry, Mapping) and entry.get("local") is True}
    loaded = {name: None if entry is None else variable_schema.load(entry) for name, entry in entries.items()}
    variables = variables_from_json(loaded)
    return (
        {name: value for name, value in variables.items() if name in local},
        {name: value for name, value in variables.items() if name not in local},
    )

"""Start a batch from a request: what it needs is kept as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from flask import Response

from app.api.camunda.batch.routes import BATCH
from app.api.camunda.rest.errors import invalid_request
from app.api.components import components
from app.api.dialect import identity, reply
from app.bpmn.commands import StartInstruction
from app.bpmn.values import Variables
from app.queries.selection import Chosen, NothingSelected

NOTHING = {
    "job": "jobIds is empty",
    "process instance": "processInstanceIds is empty",
    "decision instance": "historicDecisionInstanceIds is empty",
}


def started_batch(kind: str, arguments: dict[str, Any], items: Chosen) -> Response:
    """Create a batch and answer with it. Raises CamundaRefusal if there is nothing to work on."""
    try:
        return reply(BATCH(components.batches.create(identity(), kind, arguments, items)))
    except NothingSelected as error:
        raise invalid_request(NOTHING[error.kind]) from None


def plain_variables(variables: Variables) -> dict[str, list[Any]]:
    """Write variables as a batch keeps them. Raises CamundaRefusal: bytes cannot be kept there."""
    if any(isinstance(variable.value, bytes) for variable in variables.values()):
        raise invalid_request("Variables of type File and Bytes cannot be set by a batch.")
    return {name: [variable.type, variable.value, variable.info] for name, variable in variables.items()}


def plain_instructions(instructions: Sequence[StartInstruction]) -> list[dict[str, Any]]:
    """Write instructions as a batch keeps them. Raises CamundaRefusal."""
    names = [field.name for field in fields(StartInstruction)]
    return [
        {
            **{name: getattr(each, name) for name in names},
            "variables": plain_variables(each.variables),
            "local_variables": plain_variables(each.local_variables),
        }
        for each in instructions
    ]

"""The two ways to see data: a 5Minds token is one plain JSON object, Camunda's variables are typed and named.

Both stand over the same variables, so what one kind of worker writes, the other reads. docs/process-engine-io.md says
what becomes of each type.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from app import json_text
from app.bpmn.values import JSON_FORMAT, Variable, Variables, from_python, written_instant
from app.errors import InvalidInput, InvalidVariable

HISTORY = "token.history."
"""Before the id of a flow node: the variable that keeps what a node of a model of 5Minds left behind."""
RESULT = "result"
"""The variable that takes a result which is no object."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_token(variables: Mapping[str, Variable]) -> dict[str, Any]:
    """Return the variables as one plain JSON object: name → value."""
    return {name: to_json(variable) for name, variable in variables.items() if not name.startswith(HISTORY)}


def history_of(variables: Mapping[str, Variable]) -> dict[str, Any]:
    """Return what the nodes of a model of 5Minds have left behind, by their ids."""
    start = len(HISTORY)
    return {name[start:]: to_json(kept) for name, kept in variables.items() if name.startswith(HISTORY)}


def from_variables(variables: Mapping[str, Variable]) -> Any:
    """Return the token that these variables came from: an object, or the value that was called `result`."""
    token = to_token(variables)
    return token[RESULT] if token.keys() == {RESULT} else token


def to_json(variable: Variable) -> Any:
    """Return a variable's plain JSON value: parsed JSON, dates as ISO 8601 UTC, bytes as base64, a file by its name."""
    if variable.type == "Date" and isinstance(variable.value, int):
        return iso_instant(variable.value)
    if variable.type == "File":
        return {"filename": variable.info.get("filename"), "mimeType": variable.info.get("mimeType")}
    if isinstance(variable.value, bytes):
        return base64.b64encode(variable.value).decode("ascii")
    if variable.type == "Json" or variable.info.get("serializationDataFormat") == JSON_FORMAT:
        return _parsed(variable.value)
    if isinstance(variable.value, float) and not math.isfinite(variable.value):
        return str(variable.value)
    return variable.value


def to_variables(result: Any) -> Variables:
    """Return the variables that a token sets: an object's members, or `result` for any other value; null sets nothing.

    Raises InvalidInput for what no variable can hold.
    """
    if result is None:
        return {}
    members = result if isinstance(result, dict) else {RESULT: result}
    try:
        variables = {name: from_python(value) for name, value in members.items()}
    except RecursionError:
        raise InvalidInput("The result is nested too deeply.", field="result", rule="too_deep") from None
    _check(variables)
    return variables


def iso_instant(instant_ms: int) -> str:
    """Return an instant as ISO 8601 in UTC with milliseconds and `Z`: 2026-01-31T09:30:00.000Z."""
    moment = _EPOCH + timedelta(milliseconds=written_instant(instant_ms))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json_text.read(value, parse_constant=str)
    except ValueError:
        return value


def _check(variables: Variables) -> None:
    """Refuse a name that is blank, and the character that no database text holds."""
    for name, variable in variables.items():
        if not name.strip():
            raise InvalidVariable("A variable needs a name.", field="result", rule="not_blank", value=name)
        if "\0" in name or (isinstance(variable.value, str) and "\0" in variable.value):
            raise InvalidVariable(f"The variable '{name!r}' holds a null character.", field="result", rule="type")

"""The file of a model, and the forms of its user tasks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from app import clock
from app.api.components import components
from app.bpmn.forms import FormField
from app.bpmn.parsing.forms import form_fields
from app.bpmn.plain_json import history_of, to_token
from app.bpmn.scripts import ScriptFailed
from app.bpmn.values import Variables
from app.models.deployment import DeploymentResource
from app.models.process_definition import ProcessDefinition
from app.queries.deployments import resource_named
from app.queries.process_definitions import get_definition

_OF_TOKEN = re.compile(r"\$\{(.*\btoken\b.*)\}", re.DOTALL)
_CALCULATED = ("label", "defaultValue")


def file_of(row: ProcessDefinition) -> bytes:
    """Return the file that a definition came from, byte for byte."""
    file: DeploymentResource = resource_named(components.database, row.deployment_id, row.resource_name)
    return bytes(file.content)


def xml_of(row: ProcessDefinition) -> str:
    """Return the file that a definition came from, as text."""
    return file_of(row).decode("utf-8", "replace")


def forms_of(definition_ids: Iterable[str]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return the form fields of whole definitions: definition id → activity id → fields."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for id in set(definition_ids):
        fields_by_activity = form_fields(file_of(get_definition(components.database, id)))
        found[id] = {activity: [_field_json(each) for each in them] for activity, them in fields_by_activity.items()}
    return found


def filled(fields: list[dict[str, Any]], variables: Variables, activity_id: str) -> list[dict[str, Any]]:
    """Return form fields with what `${token.…}` in their labels and defaults means; a text that fails stays."""
    if not any(_OF_TOKEN.fullmatch(str(field[name] or "")) for field in fields for name in _CALCULATED):
        return fields
    history = history_of(variables)
    token = {"current": history.pop(activity_id, to_token(variables)), "history": history}
    return [{**field, **{name: _meant(field[name], token) for name in _CALCULATED}} for field in fields]


def _meant(text: Any, token: dict[str, Any]) -> Any:
    found = _OF_TOKEN.fullmatch(str(text or ""))
    scripts = components.engine.scripts
    if found is None or scripts is None:
        return text
    try:
        value = scripts.call(f"return ({found[1]})", {"token": token}, token, clock.now_ms())
    except ScriptFailed:
        return text
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _field_json(field: FormField) -> dict[str, Any]:
    enumeration = [{"id": id, "name": name} for id, name in field.values]
    known = {"id": field.id, "type": field.type, "label": field.label or "", "defaultValue": field.default}
    return known | ({"enumValues": enumeration} if enumeration else {})

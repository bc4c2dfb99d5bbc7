"""The file of a model, and the forms of its user tasks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.api.components import components
from app.bpmn.forms import FormField, form_fields
from app.models.deployment import DeploymentResource
from app.models.process_definition import ProcessDefinition
from app.queries.deployments import resource_named
from app.queries.process_definitions import get_definition


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


def _field_json(field: FormField) -> dict[str, Any]:
    enumeration = [{"id": id, "name": name} for id, name in field.values]
    known = {"id": field.id, "type": field.type, "label": field.label or "", "defaultValue": field.default}
    return known | ({"enumValues": enumeration} if enumeration else {})

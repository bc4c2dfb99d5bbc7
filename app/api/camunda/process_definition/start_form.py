"""The form of a definition's start: what is known of it, its fields, its HTML, its file."""

from __future__ import annotations

from typing import Any

from flask import Response

from app import clock
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.forms import deployed_file, form_json, named, wanted_names
from app.api.camunda.rest.rendered_form import rendered_form
from app.api.camunda.rest.variables import variables_to_json
from app.api.components import components
from app.bpmn.form_values import shown
from app.bpmn.forms import Form
from app.engine.forms import form_file, start_form


def _form(definition_id: str) -> Form:
    return start_form(components.engine.definitions, definition_id)


def start_form_json(definition_id: str) -> dict[str, Any]:
    """Return the key of the start form, which is not evaluated, or the file that it is in."""
    form = _form(definition_id)
    return form_json(form, form.key, form_file(form, {}), f"process-definition/{definition_id}")


def start_form_variables(definition_id: str) -> dict[str, Any]:
    """Return the fields with their defaults."""
    found = named(shown(_form(definition_id), {}, clock.now_ms()), wanted_names())
    return variables_to_json(found, deserialize=True)


def rendered_start_form(definition_id: str) -> Response:
    """Answer with the fields as HTML. Raises CamundaRefusal for a form without."""
    form = _form(definition_id)
    if not form.fields:
        text = f"No matching rendered start form for process definition with the id {definition_id} found."
        raise invalid_request(text, 404)
    return rendered_form(form, shown(form, {}, clock.now_ms()))


def deployed_start_form(definition_id: str) -> Response:
    """Answer with the file that the form is in. Raises CamundaRefusal."""
    form = _form(definition_id)
    return deployed_file(definition_id, form.key, form_file(form, {}))

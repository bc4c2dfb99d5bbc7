"""Forms as answers: the key or reference of one, its fields as variables, the deployed file that it is in."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response, request
from marshmallow import Schema, fields

from app.api.camunda.rest.errors import invalid_request
from app.api.components import components
from app.bpmn.forms import Form
from app.bpmn.values import Variables
from app.engine.forms import FormFile, form_file, task_form
from app.errors import ExpressionFailed, NotFound
from app.models import UserTask
from app.queries.deployments import resource_named
from app.queries.forms import deployed_form
from app.queries.process_definitions import get_definition
from app.queries.variables import visible_from

FORM_REF = fields.Nested(
    Schema.from_dict(
        {"key": fields.String(), "binding": fields.String(), "version": fields.Integer(allow_none=True)},
        name="CamundaFormRef",
    )(),
    allow_none=True,
)
FORM = Schema.from_dict(
    {
        "key": fields.String(allow_none=True),
        "camundaFormRef": FORM_REF,
        "contextPath": fields.String(allow_none=True),
    },
    name="Form",
)()
_OF_DEPLOYMENT = ("camunda-forms:deployment:", "embedded:deployment:", "deployment:")
NO_DEPLOYED_FORM = "One of the attributes 'formKey' and 'camunda:formRef' must be supplied but none were set."


def form_json(form: Form, key: str | None, file: FormFile | None, rendered: str) -> dict[str, Any]:
    """Return what is known of a form; one of fields alone is named by the path that draws it."""
    if key is None and form.fields:
        key = f"embedded:engine://engine/:engine/{rendered}/rendered-form"
    return {"key": key, "camundaFormRef": None if file is None else asdict(file), "contextPath": None}


def form_ref_of(task: UserTask) -> dict[str, Any] | None:
    """Return the reference of a task to a file, None also for one whose expression fails."""
    form = task_form(components.engine.definitions, task)
    if form.ref is None:
        return None
    try:
        file = form_file(form, visible_from(components.database, task.execution_id))
    except ExpressionFailed:
        return None
    return None if file is None else asdict(file)


def wanted_names() -> list[str] | None:
    """Return the names in `variableNames`, None for all."""
    names = request.args.get("variableNames")
    return names.split(",") if names else None


def named(variables: Variables, names: list[str] | None) -> Variables:
    """Return the variables of those names."""
    return variables if names is None else {name: value for name, value in variables.items() if name in names}


def deployed_file(definition_id: str, key: str | None, file: FormFile | None) -> Response:
    """Answer with the file of a form. Raises CamundaRefusal: there is none, or the key names something else."""
    if key is None and file is None:
        raise invalid_request(NO_DEPLOYED_FORM)
    content = _by_key(definition_id, key) if key is not None else _by_ref(definition_id, file)
    is_json = key is None or key.endswith(".form")
    response = Response(content, content_type="application/json" if is_json else "application/xhtml+xml")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


def _by_key(definition_id: str, key: str) -> bytes:
    prefix = next((prefix for prefix in _OF_DEPLOYMENT if key.startswith(prefix)), None)
    if prefix is None:
        raise invalid_request(f"The form key '{key}' does not reference a deployed form.")
    name = key.removeprefix(prefix)
    row = get_definition(components.database, definition_id)
    try:
        return bytes(resource_named(components.database, row.deployment_id, name).content)
    except NotFound:
        raise invalid_request(f"The form with the resource name '{name}' cannot be found.", 404) from None


def _by_ref(definition_id: str, file: FormFile | None) -> bytes:
    assert file is not None
    definition = components.engine.definitions.definition(definition_id)
    content = deployed_form(
        components.database,
        file.key,
        definition.tenant_id,
        deployment_id=definition.deployment_id if file.binding == "deployment" else None,
        version=file.version,
    )
    if content is None:
        version = "null" if file.version is None else file.version
        ref = f"CamundaFormRefImpl [key={file.key}, binding={file.binding}, version={version}]"
        raise invalid_request(f"No Camunda Form Definition was found for Camunda Form Ref: {ref}", 404)
    return content

"""The variables of an execution or a task: the same seven routes wherever a resource has some."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response, request

from app.api.camunda.rest.binary import binary_response
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonSchema, JacksonStrings
from app.api.camunda.rest.errors import engine_exception, invalid_request, null_value, rest_exception
from app.api.camunda.rest.form import form_parts
from app.api.camunda.rest.refusal_texts import cannot
from app.api.camunda.rest.routes import add_route
from app.api.camunda.rest.values import variable_from_json, variable_to_json
from app.api.camunda.rest.variables import (
    JacksonVariables,
    LocalVariableSchema,
    variable_schema,
    variables_from_json,
    variables_to_json,
)
from app.api.dialect import no_content, reply
from app.bpmn.values import Variable, Variables
from app.errors import NotFound
from app.identity import MANAGE_PROCESS_INSTANCES


@dataclass(frozen=True, slots=True)
class Owner:
    """What has variables. `noun` is its name in refusals, `missing` the engine's text for one that is not there.

    `read` returns the variables that are wanted (None: all), `change` sets some and removes others.
    """

    noun: str
    missing: str
    read: Callable[[str, Sequence[str] | None], Variables]
    change: Callable[[str, Variables, Sequence[str]], None]
    claim: str = MANAGE_PROCESS_INSTANCES


class ModificationsSchema(JacksonSchema):
    """Variables to set and names to remove."""

    modifications = JacksonVariables("modifications")
    deletions = JacksonStrings("deletions", metadata={"example": ["obsolete"]})


modifications_schema = ModificationsSchema()
answered_schema = LocalVariableSchema()


def deserialises(parameter: str) -> bool:
    """Tell whether values are wanted parsed: the default; anything but `true` says no."""
    return request.args.get(parameter) in (None, "", "true")


def add_variables(blueprint: CamundaBlueprint, path: str, owner: Owner) -> None:
    """Add the routes under `path`, which ends in the kind of variables (`/<id>/variables`)."""

    def get_variables(id: str) -> Response:
        """Return all variables."""
        try:
            found = owner.read(id, None)
        except NotFound:
            raise null_value(owner.missing.format(id=id)) from None
        return reply(variables_to_json(found, deserialize=deserialises("deserializeValues")))

    def get_variable(id: str, name: str) -> Response:
        """Return one variable."""
        return reply(variable_to_json(_one(owner, id, name), deserialize=deserialises("deserializeValue")))

    def get_data(id: str, name: str) -> Response:
        """Return the content of a File or Bytes variable."""
        return binary_response(_one(owner, id, name), id)

    def put_variable(body: Mapping[str, Any], id: str, name: str) -> Response:
        """Set one variable."""
        with cannot(f"Cannot put {owner.noun} variable {name}", owner.missing.format(id=id)):
            owner.change(id, {name: variable_from_json(name, body)}, [])
        return no_content()

    def post_data(id: str, name: str) -> Response:
        """Set one variable from an uploaded file: `data` and `valueType` (File or Bytes)."""
        with cannot(f"Cannot put {owner.noun} variable {name}", owner.missing.format(id=id)):
            owner.change(id, {name: _uploaded(name)}, [])
        return no_content()

    def delete_variable(id: str, name: str) -> Response:
        """Remove one variable; one that is not there is no error."""
        with cannot(f"Cannot delete {owner.noun} variable {name}", owner.missing.format(id=id)):
            owner.change(id, {}, [name])
        return no_content()

    def modify_variables(body: dict[str, Any], id: str) -> Response:
        """Set some variables and remove others, all or nothing."""
        with cannot(f"Cannot modify variables for {owner.noun}"):
            wanted = variables_from_json(body["modifications"])
        with cannot(f"Cannot modify variables for {owner.noun} {id}", owner.missing.format(id=id)):
            owner.change(id, wanted, [name for name in body["deletions"] or () if name is not None])
        return no_content()

    one = f"{path}/<name>"
    add = partial(add_route, blueprint, claim=owner.claim)
    add(path, get_variables)
    add(one, get_variable, answer=answered_schema)
    add(f"{one}/data", get_data, produces=None)
    add(one, put_variable, "PUT", body=variable_schema)
    add(f"{one}/data", post_data, "POST", consumes="multipart/form-data")
    add(one, delete_variable, "DELETE")
    add(path, modify_variables, "POST", body=modifications_schema)


def _one(owner: Owner, id: str, name: str) -> Variable:
    try:
        found = owner.read(id, [name])
    except NotFound:
        text = f"Cannot get {owner.noun} variable {name}: {owner.missing.format(id=id)}"
        raise rest_exception(500, text, 0) from None
    if name not in found:
        raise invalid_request(f"{owner.noun} variable with name {name} does not exist", 404)
    return found[name]


def _uploaded(name: str) -> Variable:
    """Read the upload. Objects of Java classes cannot be uploaded: there is no Java here. Raises CamundaRefusal."""
    sent = {part.name: part for part in form_parts()}
    if "type" in sent:
        raise engine_exception("Variables of a Java type cannot be uploaded; send the JSON text with PUT.")
    if "data" not in sent:
        raise invalid_request("The form part 'data' is missing")
    data = sent["data"]
    kind = sent["valueType"].content.decode(errors="replace") if "valueType" in sent else "Bytes"
    if kind in ("Bytes", "bytes"):
        return Variable("Bytes", data.content)
    info = {"filename": data.filename, "mimeType": data.content_type}
    value = data.content if kind in ("File", "file") else data.content.decode(errors="replace")
    return variable_from_json(name, {"value": value, "type": kind, "valueInfo": info})

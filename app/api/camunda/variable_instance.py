"""/variable-instance: variables of everything that runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response
from marshmallow import fields

from app.api.camunda.rest.binary import binary_response
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.refusal_texts import unknown
from app.api.camunda.rest.resource_json import NOTHING, Shape, computed, text
from app.api.camunda.rest.routes import routes_of
from app.api.camunda.rest.values import variable_to_json
from app.api.camunda.rest.variable_routes import deserialises
from app.api.components import components
from app.api.dialect import reply
from app.identity import MANAGE_PROCESS_INSTANCES
from app.models.variable import VariableRow, from_row
from app.queries.variables import VARIABLES

blueprint = CamundaBlueprint(
    "variable instance", __name__, url_prefix="/variable-instance", description="Variables of everything that runs"
)
route = routes_of(blueprint)


def _written(part: str, parameter: str) -> Callable[[VariableRow], Any]:
    def read(row: VariableRow) -> Any:
        return variable_to_json(from_row(row), deserialize=deserialises(parameter), with_bytes=False)[part]

    return read


def _shape(parameter: str) -> Shape:
    return Shape(
        "VariableInstance",
        {
            "value": computed(_written("value", parameter), fields.Raw(allow_none=True)),
            "type": text("type"),
            "valueInfo": computed(_written("valueInfo", parameter), fields.Dict()),
            "id": text("id"),
            "name": text("name"),
            "processDefinitionId": text("definition_id"),
            "processInstanceId": text("process_instance_id"),
            "executionId": text("execution_id"),
            "caseInstanceId": NOTHING,
            "caseExecutionId": NOTHING,
            "taskId": text("user_task_id"),
            "batchId": NOTHING,
            "activityInstanceId": computed(lambda row: row.activity_instance_id or row.process_instance_id),
            "errorMessage": NOTHING,
            "tenantId": text("tenant_id"),
        },
    )


MANY, ONE = _shape("deserializeValues"), _shape("deserializeValue")
QUERY = ListQuery(
    "VariableInstance",
    VARIABLES,
    filters={
        "variableName": "name",
        "variableNameLike": "name_like",
        "processInstanceIdIn": "process_instance_ids",
        "executionIdIn": "execution_ids",
        "taskIdIn": "user_task_ids",
        "activityInstanceIdIn": "activity_instance_ids",
        "variableScopeIdIn": "scope_ids",
        "variableValues": "values",
        "batchIdIn": "batch_ids",
        "caseInstanceIdIn": "case_instance_ids",
        "caseExecutionIdIn": "case_execution_ids",
        "variableNamesIgnoreCase": "names_ignore_case",
        "variableValuesIgnoreCase": "values_ignore_case",
        **TENANTS,
    },
    orders={
        "variableName": "name",
        "variableType": "type",
        "activityInstanceId": "activity_instance_id",
        "tenantId": "tenant_id",
    },
)
NO_SUCH = unknown("Variable instance with Id '{id}' does not exist.")
add_lists(blueprint, QUERY, MANY, claim=MANAGE_PROCESS_INSTANCES)


@route("/<id>", answer=MANY.schema, error_answers=NO_SUCH)
def get_variable_instance(id: str) -> Response:
    """Return one variable."""
    return reply(ONE(VARIABLES.get(components.database, id)))


@route("/<id>/data", content_type="application/octet-stream", produces=None, error_answers=NO_SUCH)
def get_data(id: str) -> Response:
    """Return the content of a File or Bytes variable."""
    return binary_response(from_row(VARIABLES.get(components.database, id)), id)

"""/history/variable-instance: variables with their last values."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from app.api.camunda.history.common import CASE, WHERE, one
from app.api.camunda.rest.binary import binary_response
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.list_routes import IGNORING_CASE, TENANTS, ListQuery, add_lists
from app.api.camunda.rest.refusal_texts import unknown
from app.api.camunda.rest.resource_json import NOTHING, Part, Shape, computed, date, text
from app.api.camunda.rest.routes import add_route
from app.api.camunda.rest.values import variable_to_json
from app.api.camunda.rest.variable_routes import deserialises
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.identity import MANAGE_PROCESS_INSTANCES
from app.models.variable import from_row
from app.queries.history.variables import HISTORIC_VARIABLES

blueprint = CamundaBlueprint(
    "historic variable instance",
    __name__,
    url_prefix="/history/variable-instance",
    description="Variables with their last values",
)
VALUE_ALONE = (
    "Only a single variable value parameter specified: variable name and value are required to be able to query after "
    "a specific variable value."
)
UNKNOWN = "Variable instance with Id '{id}' does not exist."


class VariableShape(Shape):
    """Write variables whose Object and Json values come parsed unless the caller wants their text."""

    def __call__(self, row: Any) -> dict[str, Any]:
        """Return the JSON object of a row in a list."""
        return self.write(row, deserialises("deserializeValues"))

    def write(self, row: Any, deserialize: bool) -> dict[str, Any]:
        """Return the JSON object of one row."""
        return {**super().__call__(row), **variable_to_json(from_row(row), deserialize=deserialize, with_bytes=False)}


VARIABLE = VariableShape(
    "HistoricVariableInstance",
    {
        "id": text("id"),
        "name": text("name"),
        **WHERE,
        **CASE,
        "taskId": text("user_task_id"),
        "errorMessage": NOTHING,
        "state": computed(lambda row: "DELETED" if row.deleted else "CREATED"),
        "createTime": date("created_at"),
        "type": text("type"),
        "value": Part(lambda row: None, fields.Raw(allow_none=True)),
        "valueInfo": Part(lambda row: {}, fields.Dict()),
    },
)


class VariablesQuery(ListQuery):
    """The list of variables; a value is asked for together with a name."""

    def check(self, asked: dict[str, Any]) -> None:
        """Raise CamundaRefusal for a value without a name."""
        if asked["value"] is not None and asked["name"] is None:
            raise invalid_request(VALUE_ALONE)


QUERY = VariablesQuery(
    "HistoricVariableInstance",
    HISTORIC_VARIABLES,
    {
        "variableName": "name",
        "variableNameLike": "name_like",
        "variableValue": "value",
        "variableNameIn": "names",
        "variableTypeIn": "types",
        "processInstanceId": "process_instance_id",
        "processInstanceIdIn": "process_instance_ids",
        "executionIdIn": "execution_ids",
        "activityInstanceIdIn": "activity_instance_ids",
        "taskIdIn": "user_task_ids",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "caseInstanceId": "case_instance_id",
        "caseExecutionIdIn": "case_execution_ids",
        "caseActivityIdIn": "case_activity_ids",
        "createdBefore": "created_before",
        "createdAfter": "created_after",
        "includeDeleted": "including_deleted",
        **IGNORING_CASE,
        **TENANTS,
    },
    {
        "instanceId": "process_instance_id",
        "variableName": "name",
        "variableType": "type",
        "createdAt": "created_at",
        "tenantId": "tenant_id",
    },
)


add_lists(blueprint, QUERY, VARIABLE, claim=MANAGE_PROCESS_INSTANCES)


@blueprint.route("/<id>", claim=MANAGE_PROCESS_INSTANCES)
@blueprint.answers(200, VARIABLE.schema, errors=(401, 403, 404))
def get_variable(id: str) -> Response:
    """Return one variable."""
    return reply(VARIABLE.write(one(HISTORIC_VARIABLES, id, UNKNOWN), deserialises("deserializeValue")))


@blueprint.route("/<id>/data", claim=MANAGE_PROCESS_INSTANCES, produces=None)
@blueprint.answers(200, content_type="application/octet-stream", errors=(400, 401, 403, 404))
def get_data(id: str) -> Response:
    """Return the content of a File or Bytes variable."""
    return binary_response(from_row(one(HISTORIC_VARIABLES, id, UNKNOWN)), id)


def delete_variable(id: str) -> Response:
    """Remove a variable from the history, with all its values; one that lives stays."""
    components.retention.remove_variable(identity(), id)
    return no_content()


NO_VARIABLE = unknown("No historic variable instance found with id: {id}: variable is null", code=0)
add_route(blueprint, "/<id>", delete_variable, "DELETE", error_answers=NO_VARIABLE)

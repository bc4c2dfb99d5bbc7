"""/history/detail: every value that variables had, one entry each."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from app.api.camunda.history.common import CASE, WHERE, one
from app.api.camunda.rest.binary import binary_response
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.resource_json import NOTHING, Part, Shape, always, computed, date, number, text
from app.api.camunda.rest.values import variable_to_json
from app.api.camunda.rest.variable_routes import deserialises
from app.api.dialect import reply
from app.identity import MANAGE_PROCESS_INSTANCES
from app.models.variable import from_row
from app.queries.history.variable_updates import VARIABLE_UPDATES

blueprint = CamundaBlueprint(
    "historic detail", __name__, url_prefix="/history/detail", description="Every value that variables had"
)
UNKNOWN = "Historic detail with Id '{id}' does not exist."


class DetailShape(Shape):
    """Write updates of variables whose Object and Json values come parsed unless the caller wants their text."""

    def __call__(self, row: Any) -> dict[str, Any]:
        """Return the JSON object of a row in a list."""
        return self.write(row, deserialises("deserializeValues"))

    def write(self, row: Any, deserialize: bool) -> dict[str, Any]:
        """Return the JSON object of one row."""
        variable = variable_to_json(from_row(row), deserialize=deserialize, with_bytes=False)
        value = {"variableType": variable["type"], "value": variable["value"], "valueInfo": variable["valueInfo"]}
        return {**super().__call__(row), **value}


DETAIL = DetailShape(
    "HistoricDetail",
    {
        "type": always("variableUpdate"),
        "id": text("id"),
        **WHERE,
        **CASE,
        "activityInstanceId": computed(lambda row: row.activity_instance_id or row.process_instance_id),
        "taskId": text("user_task_id"),
        "userOperationId": NOTHING,
        "time": date("created_at"),
        "variableName": text("name"),
        "variableInstanceId": text("variable_id"),
        "variableType": text("type"),
        "value": Part(lambda row: None, fields.Raw(allow_none=True)),
        "valueInfo": Part(lambda row: {}, fields.Dict()),
        "initial": computed(lambda row: bool(row.is_first), fields.Boolean()),
        "revision": number("revision"),
        "errorMessage": NOTHING,
    },
)
QUERY = ListQuery(
    "HistoricDetail",
    VARIABLE_UPDATES,
    {
        "processInstanceId": "process_instance_id",
        "processInstanceIdIn": "process_instance_ids",
        "executionId": "execution_id",
        "taskId": "user_task_id",
        "activityInstanceId": "activity_instance_id",
        "caseInstanceId": "case",
        "caseExecutionId": "case_execution",
        "variableInstanceId": "variable_id",
        "variableTypeIn": "types",
        "variableNameLike": "name_like",
        "userOperationId": "user_operation_id",
        "formFields": "form_fields",
        "variableUpdates": "variable_updates",
        "excludeTaskDetails": "without_user_tasks",
        "initial": "first",
        "occurredBefore": "before",
        "occurredAfter": "after",
        **TENANTS,
    },
    {
        "processInstanceId": "process_instance_id",
        "variableName": "name",
        "variableType": "type",
        "variableRevision": "revision",
        "formPropertyId": "occurrence",
        "time": "at",
        "occurrence": "occurrence",
        "tenantId": "tenant_id",
    },
)
add_lists(blueprint, QUERY, DETAIL, claim=MANAGE_PROCESS_INSTANCES)


@blueprint.route("/<id>", claim=MANAGE_PROCESS_INSTANCES)
@blueprint.answers(200, DETAIL.schema, errors=(401, 403, 404))
def get_detail(id: str) -> Response:
    """Return one update of a variable."""
    return reply(DETAIL.write(one(VARIABLE_UPDATES, id, UNKNOWN), deserialises("deserializeValue")))


@blueprint.route("/<id>/data", claim=MANAGE_PROCESS_INSTANCES, produces=None)
@blueprint.answers(200, content_type="application/octet-stream", errors=(400, 401, 403, 404))
def get_data(id: str) -> Response:
    """Return the content of a File or Bytes value."""
    return binary_response(from_row(one(VARIABLE_UPDATES, id, UNKNOWN)), id)

"""/history/external-task-log: what happened to external tasks."""

from __future__ import annotations

from flask import Response
from marshmallow import fields

from app.api.camunda.history.common import WHERE, one
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.resource_json import Part, Shape, computed, date, number, text
from app.api.dialect import no_content, reply
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.history.external_task_logs import EXTERNAL_TASK_LOGS, KINDS

blueprint = CamundaBlueprint(
    "historic external task log",
    __name__,
    url_prefix="/history/external-task-log",
    description="What happened to external tasks: created, failed, completed, deleted",
)
UNKNOWN = "Historic external task log with id {id} does not exist"


def _is(kind: str) -> Part:
    return computed(lambda row: row.kind == KINDS[kind], fields.Boolean())


LOG = Shape(
    "HistoricExternalTaskLog",
    {
        "id": text("id"),
        "timestamp": date("at"),
        "externalTaskId": text("external_task_id"),
        "topicName": text("topic"),
        "workerId": text("worker_id"),
        "priority": number("priority"),
        "retries": number("retries"),
        "errorMessage": text("error_message"),
        "activityId": text("activity_id"),
        **WHERE,
        "creationLog": _is("created"),
        "failureLog": _is("failed"),
        "successLog": _is("succeeded"),
        "deletionLog": _is("deleted"),
    },
)
QUERY = ListQuery(
    "HistoricExternalTaskLog",
    EXTERNAL_TASK_LOGS,
    {
        "logId": "id",
        "externalTaskId": "external_task_id",
        "topicName": "topic",
        "workerId": "worker_id",
        "errorMessage": "error_message",
        "activityIdIn": "activity_ids",
        "activityInstanceIdIn": "activity_instance_ids",
        "executionIdIn": "execution_ids",
        "processInstanceId": "process_instance_id",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "priorityHigherThanOrEquals": "priority_at_least",
        "priorityLowerThanOrEquals": "priority_at_most",
        "creationLog": "created",
        "failureLog": "failed",
        "successLog": "succeeded",
        "deletionLog": "deleted",
        **TENANTS,
    },
    {
        "timestamp": "at",
        "externalTaskId": "external_task_id",
        "retries": "retries",
        "priority": "priority",
        "topicName": "topic",
        "workerId": "worker_id",
        "activityId": "activity_id",
        "activityInstanceId": "activity_instance_id",
        "executionId": "execution_id",
        "processInstanceId": "process_instance_id",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "tenantId": "tenant_id",
    },
)
add_lists(blueprint, QUERY, LOG, claim=MANAGE_PROCESS_INSTANCES)


@blueprint.route("/<id>", claim=MANAGE_PROCESS_INSTANCES)
@blueprint.answers(200, LOG.schema, errors=(401, 403, 404))
def get_log(id: str) -> Response:
    """Return one entry."""
    return reply(LOG(one(EXTERNAL_TASK_LOGS, id, UNKNOWN)))


@blueprint.route("/<id>/error-details", claim=MANAGE_PROCESS_INSTANCES, produces="text/plain")
@blueprint.answers(200, content_type="text/plain", errors=(401, 403, 404))
def get_error_details(id: str) -> Response:
    """Return the details of a failure as text; nothing (204) where there are none."""
    details = one(EXTERNAL_TASK_LOGS, id, UNKNOWN).error_details
    return no_content() if details is None else Response(details, content_type="text/plain")

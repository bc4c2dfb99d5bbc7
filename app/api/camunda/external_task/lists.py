"""/external-task, /external-task/count and /external-task/topic-names: the open tasks, by GET and by POST."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.api.camunda.external_task.routes import WORKER, blueprint
from app.api.camunda.external_task.schemas import ExternalTaskSchema
from app.api.camunda.external_task.task_json import task_to_json
from app.api.camunda.external_task.visibility import restricted, visible_topics
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonSchema
from app.api.camunda.rest.list_routes import IGNORING_CASE, LIST_ERRORS, ListQuery
from app.api.camunda.rest.paging import CountSchema
from app.api.dialect import reply
from app.queries.external_tasks import EXTERNAL_TASKS

QUERY = ListQuery(
    "ExternalTask",
    EXTERNAL_TASKS,
    {
        "externalTaskId": "id",
        "externalTaskIdIn": "ids",
        "topicName": "topic",
        "workerId": "worker_id",
        "executionId": "execution_id",
        "processInstanceId": "process_instance_id",
        "processInstanceIdIn": "process_instance_ids",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "processDefinitionKeyIn": "definition_keys",
        "processDefinitionName": "definition_name",
        "processDefinitionNameLike": "definition_name_like",
        "activityId": "activity_id",
        "activityIdIn": "activity_ids",
        "tenantIdIn": "tenant_ids",
        "lockExpirationBefore": "lock_expires_before",
        "lockExpirationAfter": "lock_expires_after",
        "locked": "locked",
        "notLocked": "not_locked",
        "active": "active",
        "suspended": "suspended",
        "withRetriesLeft": "with_retries_left",
        "noRetriesLeft": "no_retries_left",
        "priorityHigherThanOrEquals": "priority_at_least",
        "priorityLowerThanOrEquals": "priority_at_most",
        "processVariables": "process_variables",
        **IGNORING_CASE,
    },
    {
        "id": "id",
        "lockExpirationTime": "lock_expires_at",
        "processInstanceId": "process_instance_id",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "tenantId": "tenant_id",
        "taskPriority": "priority",
        "createTime": "created_at",
    },
)


class LenientFlag(JacksonBoolean):
    """A flag that is false for every text but `true`."""

    def from_query(self, name: str, text: str) -> bool:
        """Read `true`."""
        return text == "true"


class TopicNamesSchema(JacksonSchema):
    """Which topics are asked for."""

    locked = LenientFlag("withLockedTasks", False)
    not_locked = LenientFlag("withUnlockedTasks", False)
    with_retries_left = LenientFlag("withRetriesLeft", False)


@blueprint.route("", **WORKER)
@blueprint.arguments(QUERY.parameters, location="query")
@blueprint.answers(200, ExternalTaskSchema(many=True), errors=LIST_ERRORS)
def list_external_tasks() -> Response:
    """List the open tasks that meet all filters."""
    return QUERY.answer(restricted(QUERY.from_request()), task_to_json)


@blueprint.route("", methods=["POST"], **WORKER)
@blueprint.arguments(QUERY.schema)
@blueprint.answers(200, ExternalTaskSchema(many=True), errors=(*LIST_ERRORS, 415, 500))
def query_external_tasks(asked: dict[str, Any]) -> Response:
    """List the open tasks that meet all filters of the body; paging is in the query string."""
    return QUERY.answer(restricted(asked), task_to_json)


@blueprint.route("/count", **WORKER)
@blueprint.arguments(QUERY.parameters, location="query")
@blueprint.answers(200, CountSchema(), errors=LIST_ERRORS)
def count_external_tasks() -> Response:
    """Count the open tasks that meet all filters."""
    return reply({"count": QUERY.count(restricted(QUERY.from_request()))})


@blueprint.route("/count", methods=["POST"], **WORKER)
@blueprint.arguments(QUERY.schema)
@blueprint.answers(200, CountSchema(), errors=(*LIST_ERRORS, 415, 500))
def query_external_tasks_count(asked: dict[str, Any]) -> Response:
    """Count the open tasks that meet all filters of the body."""
    return reply({"count": QUERY.count(restricted(asked))})


@blueprint.route("/topic-names", **WORKER)
@blueprint.query(TopicNamesSchema())
@blueprint.answers(200, {"type": "array", "items": {"type": "string"}}, example=["reserve"], errors=LIST_ERRORS)
def list_topic_names(asked: dict[str, Any]) -> Response:
    """List the topics of the open tasks, in alphabetical order."""
    return reply(visible_topics(asked))

"""/external-task/retries and /external-task/retries-async: the retries of many tasks, at once or by a batch."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.api.camunda.batch.routes import BATCH
from app.api.camunda.external_task.lists import QUERY
from app.api.camunda.external_task.routes import REPORT_ERRORS, blueprint
from app.api.camunda.external_task.schemas import null_body
from app.api.camunda.external_task.visibility import restricted
from app.api.camunda.history import process_instance as history
from app.api.camunda.process_instance.query import QUERY as INSTANCES
from app.api.camunda.rest.coercion import JacksonInteger, JacksonObject, JacksonStrings
from app.api.camunda.rest.errors import Answer, invalid_request
from app.api.camunda.rest.operation_body import OperationSchema
from app.api.camunda.rest.refusal_texts import nothing
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.errors import ExternalTaskNotFound, TaskFinished
from app.identity import ACCESS_EXTERNAL_TASKS, MANAGE_PROCESS_INSTANCES
from app.queries.external_tasks import EXTERNAL_TASKS
from app.queries.selection import Related, Selection

__all__ = ["blueprint"]

BATCH_KIND = "set-external-task-retries"
NEGATIVE = "The number of retries cannot be negative: retries is not greater than or equal to 0"
NULL_ID = "External task id cannot be null: externalTaskIds contains null value"
UNKNOWN = Answer(
    404,
    "InvalidRequestException",
    None,
    lambda error: f"Cannot find external task with id {error.details['id']}: externalTask is null",
)


class SetRetriesSchema(OperationSchema):
    """Which tasks, and their new number of retries. All ways to name tasks are joined."""

    null_body = null_body("externaltask.SetRetriesForExternalTasksDto", "getExternalTaskIds", "retriesDto")
    retries = JacksonInteger("retries", metadata={"example": 3})
    task_ids = JacksonStrings("externalTaskIds")
    instance_ids = JacksonStrings("processInstanceIds")
    tasks = JacksonObject("externalTaskQuery", QUERY.selection)
    instances = JacksonObject("processInstanceQuery", INSTANCES.selection)
    history = JacksonObject("historicProcessInstanceQuery", history.QUERY.selection)


NONE_CHOSEN = nothing("externalTaskIds is empty")
UNKNOWN_TASKS = {ExternalTaskNotFound: UNKNOWN, TaskFinished: UNKNOWN, **NONE_CHOSEN}


@blueprint.route("/retries", methods=["PUT"], claim=ACCESS_EXTERNAL_TASKS, produces=None, error_answers=UNKNOWN_TASKS)
@blueprint.arguments(SetRetriesSchema())
@blueprint.answers(204, errors=REPORT_ERRORS)
def set_retries_of_many(body: dict[str, Any]) -> Response:
    """Set the retries of many tasks: of all of them, or, if one is unknown, of none."""
    tasks, retries = chosen_tasks(body)
    if retries < 0:
        raise invalid_request(NEGATIVE)
    components.external_tasks.set_retries_of(identity(), tasks, retries)
    return no_content()


@blueprint.route("/retries-async", methods=["POST"], claim=MANAGE_PROCESS_INSTANCES, error_answers=NONE_CHOSEN)
@blueprint.arguments(SetRetriesSchema())
@blueprint.answers(200, BATCH.schema, errors=(400, 401, 403, 406, 415))
def set_retries_by_batch(body: dict[str, Any]) -> Response:
    """Set the retries of many tasks by a batch, one job for each."""
    tasks, retries = chosen_tasks(body)
    return reply(BATCH(components.batches.create(identity(), BATCH_KIND, {"retries": retries}, tasks)))


def chosen_tasks(body: dict[str, Any]) -> tuple[Selection, int]:
    """Return all tasks that the request names, and their new retries. Raises CamundaRefusal."""
    if body["retries"] is None:
        raise invalid_request("The number of retries cannot be null.")
    named = body["task_ids"] or ()
    if None in named:
        raise invalid_request(NULL_ID)
    found = [*INSTANCES.searches(body["instances"]), *history.QUERY.searches(body["history"])]
    instances = Selection("process instance", body["instance_ids"] or (), found, required=False)
    of_instances = Related(EXTERNAL_TASKS, "process_instance_ids", instances, restricted({}))
    tasks = None if body["tasks"] is None else restricted(body["tasks"])
    return Selection("external task", named, [of_instances, *QUERY.searches(tasks)]), body["retries"]

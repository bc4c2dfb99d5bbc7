"""Forgetting: process instances by a batch, and everything whose time to live is over at once."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from app.api.camunda.batch.routes import BATCH
from app.api.camunda.history.common import not_there
from app.api.camunda.history.process_instance import QUERY
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonObject, JacksonString, JacksonStrings
from app.api.camunda.rest.operation_body import OperationSchema
from app.api.camunda.rest.refusal_texts import nothing
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.selection import Selection

blueprint = CamundaBlueprint(
    "history removal", __name__, url_prefix="/history", description="What the history shall forget"
)


class HistoryDeletionSchema(OperationSchema):
    """Ended process instances: those named and those that the query finds."""

    ids = JacksonStrings("historicProcessInstanceIds")
    query = JacksonObject("historicProcessInstanceQuery", QUERY.selection)
    reason = JacksonString("deleteReason")


class CleanUpConfigurationSchema(Schema):
    """When history is cleaned up: all the time."""

    batchWindowStartTime = fields.String(allow_none=True)
    batchWindowEndTime = fields.String(allow_none=True)
    enabled = fields.Boolean(metadata={"example": True})


NO_INSTANCE = nothing("historicProcessInstanceIds is empty", "BadUserRequestException", 0)


@blueprint.route(
    "/process-instance/delete", methods=["POST"], claim=MANAGE_PROCESS_INSTANCES, error_answers=NO_INSTANCE
)
@blueprint.arguments(HistoryDeletionSchema())
@blueprint.answers(200, BATCH.schema, errors=(400, 401, 403))
def delete_instances(body: dict[str, Any]) -> Response:
    """Remove ended process instances from the history by a batch."""
    ended = Selection("process instance", body["ids"] or (), QUERY.searches(body["query"]))
    arguments = {"reason": body["reason"]}
    return reply(BATCH(components.batches.create(identity(), "historic-instance-deletion", arguments, ended)))


@blueprint.route("/cleanup", methods=["POST"], claim=MANAGE_PROCESS_INSTANCES, produces=None)
@blueprint.answers(204, errors=(401, 403))
def clean_up() -> Response:
    """Remove everything whose time to live is over now; otherwise it happens by itself, every minute."""
    components.retention.clean_up()
    return no_content()


@blueprint.route("/cleanup/configuration", claim=MANAGE_PROCESS_INSTANCES)
@blueprint.answers(200, CleanUpConfigurationSchema(), errors=(401, 403))
def clean_up_configuration() -> Response:
    """Tell when history is cleaned up; there is no window, since workers never wait for it."""
    return reply({"batchWindowStartTime": None, "batchWindowEndTime": None, "enabled": components.settings.timers})


@blueprint.route("/cleanup/jobs", claim=MANAGE_PROCESS_INSTANCES)
@blueprint.answers(200, errors=(401, 403))
def clean_up_jobs() -> Response:
    """List the jobs that clean up: there are none, every process of the server does it."""
    return reply([])


@blueprint.route("/cleanup/job", claim=MANAGE_PROCESS_INSTANCES)
@blueprint.answers(404, errors=(401, 403))
def clean_up_job() -> Response:
    """Answer that there is no job that cleans up: every process of the server does it."""
    raise not_there("History cleanup job does not exist")

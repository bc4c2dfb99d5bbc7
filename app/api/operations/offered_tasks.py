"""/api/v1/external-tasks: tasks that a process engine elsewhere offers here and cancels."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import EXCLUDE, Schema, fields
from marshmallow.validate import Range

from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.api.operations.bulk import variables_of
from app.api.operations.dialect import PREFIX, OperationsBlueprint
from app.identity import MANAGE_PROCESS_INSTANCES
from app.services.external_tasks.offered import OfferedTask

blueprint = OperationsBlueprint(
    "offered tasks",
    __name__,
    url_prefix=f"{PREFIX}/external-tasks",
    description="Tasks of a process engine elsewhere (ERRAND_ENGINE_URL)",
)


class OfferSchema(Schema):
    """A task that waits for a worker. Variables are plain JSON values."""

    class Meta:
        unknown = EXCLUDE

    id = fields.String(load_default=None, allow_none=True, metadata={"description": "Makes a repeated offer harmless."})
    topic = fields.String(required=True, metadata={"example": "reserve"})
    process_instance_id = fields.String(required=True, data_key="processInstanceId", metadata={"example": "4711"})
    definition_id = fields.String(required=True, data_key="processDefinitionId", metadata={"example": "order:1"})
    definition_key = fields.String(required=True, data_key="processDefinitionKey", metadata={"example": "order"})
    activity_id = fields.String(required=True, data_key="activityId", metadata={"example": "reserve_stock"})
    activity_instance_id = fields.String(load_default=None, allow_none=True, data_key="activityInstanceId")
    priority = fields.Integer(load_default=0, validate=Range(-(2**63), 2**63 - 1))
    retries = fields.Integer(load_default=None, allow_none=True, validate=Range(0, 2**31 - 1))
    business_key = fields.String(load_default=None, allow_none=True, data_key="businessKey")
    tenant_id = fields.String(load_default=None, allow_none=True, data_key="tenantId")
    version_tag = fields.String(load_default=None, allow_none=True, data_key="processDefinitionVersionTag")
    variables = fields.Dict(fields.String(), load_default=dict, metadata={"example": {"amount": 42}})


class OfferedSchema(Schema):
    """The id of the task."""

    id = fields.String(metadata={"example": "42"})


@blueprint.route("", claim=MANAGE_PROCESS_INSTANCES, methods=["POST"])
@blueprint.arguments(OfferSchema())
@blueprint.answers(201, OfferedSchema(), errors=(400, 401, 403, 406, 409, 410, 413, 415))
def offer(body: dict[str, Any]) -> Response:
    """Offer a task to workers; 200 when it is there already, 410 when it has ended, 409 if processes run in this
    server."""
    offered = OfferedTask(**{**body, "variables": variables_of(body["variables"])})
    id, is_new = components.offered_tasks.offer(identity(), offered)
    return reply({"id": id}, 201 if is_new else 200)


@blueprint.route("/<task_id>", claim=MANAGE_PROCESS_INSTANCES, methods=["DELETE"], produces=None)
@blueprint.answers(204, errors=(401, 403, 404, 409, 410))
def cancel(task_id: str) -> Response:
    """Cancel a task that its process does not need any more; its worker's report will be refused."""
    components.offered_tasks.cancel(identity(), task_id)
    return no_content()

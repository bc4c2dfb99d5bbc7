"""What the resources of the history share: their words for what is not there, and a few parts of their JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.api.camunda.rest.errors import CamundaRefusal, invalid_request
from app.api.camunda.rest.resource_json import NOTHING, Part, computed, date, text
from app.api.components import components
from app.errors import NotFound
from app.queries.listing import Listing

WHERE = {
    "activityInstanceId": text("activity_instance_id"),
    "executionId": text("execution_id"),
    "processInstanceId": text("process_instance_id"),
    "processDefinitionId": text("definition_id"),
    "processDefinitionKey": text("definition_key"),
    "rootProcessInstanceId": text("root_id"),
    "tenantId": text("tenant_id"),
    "removalTime": date("removal_at"),
}
"""Properties that nearly every resource has."""

CASE = dict.fromkeys(("caseDefinitionId", "caseDefinitionKey", "caseInstanceId", "caseExecutionId"), NOTHING)


def duration(start: str) -> Part:
    """Compute how long a row took, from the attribute `start` to its end, in milliseconds; null while it goes on."""

    def read(row: Any) -> int | None:
        return None if row.ended_at is None else row.ended_at - getattr(row, start)

    return computed(read, fields.Integer(allow_none=True))


def one(listing: Listing[Any], id: str, missing: str) -> Any:
    """Return the row with that id. Raises CamundaRefusal (404) with `missing`, whose `{id}` is filled in."""
    try:
        return listing.get(components.database, id)
    except NotFound:
        raise not_there(missing.format(id=id)) from None


def not_there(message: str) -> CamundaRefusal:
    """Make the 404 of something that the history does not know."""
    return invalid_request(message, 404)

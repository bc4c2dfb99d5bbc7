"""/task/{id}/identity-links: who has to do with a user task."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.refusal_texts import told
from app.api.camunda.rest.routes import add_route
from app.api.camunda.task.schemas import IdentityLinkSchema, link_to_json
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.errors import InvalidInput, NotFound
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.user_tasks import USER_TASKS
from app.services.identity_links import IdentityLink, links_of

blueprint = CamundaBlueprint(
    "identity link", __name__, url_prefix="/task/<id>/identity-links", description="Who has to do with a user task"
)
CHOICE: dict[str, Any] = {
    "claim": MANAGE_PROCESS_INSTANCES,
    "error_answers": {
        NotFound: told(500, "NullValueException", "Cannot find task with id {id}: task is null", 0),
        InvalidInput: told(400, "BadUserRequestException", "{error}", 0),
    },
}


def list_links(id: str) -> Response:
    """List who has to do with a task, of one `type` or of all."""
    kind = request.args.get("type")
    links = links_of(USER_TASKS.get(components.database, id))
    return reply([link_to_json(link) for link in links if kind in (None, link.kind)])


def add_link(body: dict[str, Any], id: str) -> Response:
    """Add a user or a group."""
    components.user_tasks.link(identity(), id, _link(body))
    return no_content()


def delete_link(body: dict[str, Any], id: str) -> Response:
    """Take a user or a group away."""
    components.user_tasks.unlink(identity(), id, _link(body))
    return no_content()


def _link(body: dict[str, Any]) -> IdentityLink:
    if body["user_id"] is not None and body["group_id"] is not None:
        raise invalid_request("Identity Link requires userId or groupId, but not both.")
    if body["user_id"] is None and body["group_id"] is None:
        raise invalid_request("Identity Link requires userId or groupId.")
    return IdentityLink(body["kind"] or "candidate", body["user_id"], body["group_id"])


add_route(blueprint, "", list_links, **CHOICE)
add_route(blueprint, "", add_link, "POST", body=IdentityLinkSchema(), **CHOICE)
add_route(blueprint, "/delete", delete_link, "POST", body=IdentityLinkSchema(), **CHOICE)

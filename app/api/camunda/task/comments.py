"""/task/{id}/comment and /process-instance/{id}/comment: what persons say about both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonSchema, JacksonString
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.links import self_link
from app.api.camunda.rest.refusal_texts import unknown
from app.api.camunda.rest.resource_json import Shape, always, date, text, user
from app.api.camunda.rest.routes import add_route
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.errors import NotFound
from app.queries.comments_and_attachments import COMMENTS, require_instance, require_task
from app.services.comments import Owner

blueprint = CamundaBlueprint("comment", __name__, description="What persons say about tasks and process instances")
COMMENT = Shape(
    "Comment",
    {
        "links": always([]),
        "id": text("id"),
        "userId": user("user_id"),
        "time": date("created_at"),
        "taskId": text("task_id"),
        "message": text("message"),
        "processInstanceId": text("process_instance_id"),
        "rootProcessInstanceId": text("root_id"),
        "removalTime": date("removal_at"),
    },
)
TASK, INSTANCE = "/task/<id>/comment", "/process-instance/<id>/comment"
NO_TASK = "No task found for task id {id}"
NO_INSTANCE = "No process instance found for process instance id {id}"
NO_COMMENT = "Task comment with id {comment_id} does not exist for task id '{id}'."
NO_COMMENT_OF_INSTANCE = "Comment with id {comment_id} does not exist for process instance id '{id}'."


class CommentTextSchema(JacksonSchema):
    """What somebody says; `id` where a comment changes."""

    id = JacksonString("id")
    message = JacksonString("message", metadata={"example": "Called the customer"})
    process_instance_id = JacksonString("processInstanceId")


def list_of_task(id: str) -> Response:
    """List the comments on a task, the newest first."""
    require_task(components.database, id)
    return _listed({"task_id": id})


def list_of_instance(id: str) -> Response:
    """List the comments on a process instance and its tasks, the newest first."""
    require_instance(components.database, id)
    return _listed({"process_instance_id": id})


def _listed(owner: dict[str, str]) -> Response:
    return reply([COMMENT(row) for row in COMMENTS.find(components.database, owner, sorting=[("at", "desc")])])


def get_comment(id: str, comment_id: str) -> Response:
    """Return a comment on a task."""
    require_task(components.database, id)
    found = COMMENTS.find(components.database, {"task_id": id, "id": comment_id})
    if not found:
        raise invalid_request(NO_COMMENT.format(id=id, comment_id=comment_id), 404)
    return reply(COMMENT(found[0]))


def create(body: dict[str, Any], id: str) -> Response:
    """Comment on a task."""
    if body["message"] is None:
        raise invalid_request("Not enough parameters submitted")
    made = components.comments.add(identity(), id, body["message"])
    return reply({**COMMENT(made), "links": [self_link(f"/task/{id}/comment/{made.id}")]})


def change_of_task(body: dict[str, Any], id: str) -> Response:
    """Set the text of a comment on a task."""
    _change(body, ("task", id), NO_COMMENT)
    return no_content()


def change_of_instance(body: dict[str, Any], id: str) -> Response:
    """Set the text of a comment on a process instance."""
    _change(body, ("process instance", id), NO_COMMENT_OF_INSTANCE)
    return no_content()


def _change(body: dict[str, Any], owner: Owner, missing: str) -> None:
    if body["id"] is None or body["message"] is None:
        raise invalid_request("Not enough parameters submitted")
    with _told(owner, body["id"], missing):
        components.comments.change(identity(), body["id"], owner, body["message"])


@contextmanager
def _told(owner: Owner, comment_id: str | None, missing: str) -> Iterator[None]:
    """Refuse a comment that is not there in the words of the route; a missing owner is refused by its answers."""
    try:
        yield
    except NotFound as error:
        if error.details["kind"] != "comment":
            raise
        raise invalid_request(missing.format(id=owner[1], comment_id=comment_id), 404) from None


def delete_of_task(id: str, comment_id: str | None = None) -> Response:
    """Delete one comment on a task, or all."""
    _delete(("task", id), comment_id, NO_COMMENT)
    return no_content()


def delete_of_instance(id: str, comment_id: str | None = None) -> Response:
    """Delete one comment on a process instance, or all."""
    _delete(("process instance", id), comment_id, NO_COMMENT_OF_INSTANCE)
    return no_content()


def _delete(owner: Owner, comment_id: str | None, missing: str) -> None:
    with _told(owner, comment_id, missing):
        components.comments.delete(identity(), owner, comment_id)


_many = type(COMMENT.schema)(many=True)
OF_TASK, OF_INSTANCE = unknown(NO_TASK), unknown(NO_INSTANCE)
_task: dict[str, Any] = {"error_answers": OF_TASK}
_instance: dict[str, Any] = {"error_answers": OF_INSTANCE}
add_route(blueprint, TASK, list_of_task, answer=_many, **_task)
add_route(blueprint, f"{TASK}/<comment_id>", get_comment, answer=COMMENT.schema, **_task)
add_route(
    blueprint,
    f"{TASK}/create",
    create,
    "POST",
    status=200,
    body=CommentTextSchema(),
    answer=COMMENT.schema,
    error_answers=unknown(NO_TASK, 400),
)
add_route(blueprint, TASK, change_of_task, "PUT", body=CommentTextSchema(), **_task)
add_route(blueprint, TASK, delete_of_task, "DELETE", **_task)
add_route(blueprint, f"{TASK}/<comment_id>", delete_of_task, "DELETE", **_task)
add_route(blueprint, INSTANCE, list_of_instance, answer=_many, **_instance)
add_route(blueprint, INSTANCE, change_of_instance, "PUT", body=CommentTextSchema(), **_instance)
add_route(blueprint, INSTANCE, delete_of_instance, "DELETE", **_instance)
add_route(blueprint, f"{INSTANCE}/<comment_id>", delete_of_instance, "DELETE", **_instance)

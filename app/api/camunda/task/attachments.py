"""/task/{id}/attachment: files and links that persons add to user tasks."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from app.api.camunda.rest.binary import OCTET_STREAM, download
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.form import form_parts
from app.api.camunda.rest.links import self_link
from app.api.camunda.rest.refusal_texts import told, unknown
from app.api.camunda.rest.resource_json import Shape, always, date, text
from app.api.camunda.rest.routes import routes_of
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.errors import InvalidInput, NotFound
from app.models.attachment import Attachment
from app.queries.comments_and_attachments import ATTACHMENTS, require_task

blueprint = CamundaBlueprint(
    "attachment", __name__, url_prefix="/task/<id>/attachment", description="Files and links of user tasks"
)
route = routes_of(blueprint)
ATTACHMENT = Shape(
    "Attachment",
    {
        "links": always([]),
        "id": text("id"),
        "name": text("name"),
        "taskId": text("task_id"),
        "description": text("description"),
        "type": text("kind"),
        "url": text("url"),
        "createTime": date("created_at"),
        "removalTime": date("removal_at"),
        "rootProcessInstanceId": text("root_id"),
    },
)
FORM = Schema.from_dict(
    {
        "attachment-name": fields.String(metadata={"example": "invoice"}),
        "attachment-description": fields.String(),
        "attachment-type": fields.String(metadata={"example": "application/pdf"}),
        "url": fields.String(metadata={"description": "Where the file is, unless it is uploaded"}),
        "content": Upload(),
    },
    name="AttachmentForm",
)()
NO_TASK = "No task found for task id {id}"
NO_ATTACHMENT = "Task attachment with id {attachment_id} does not exist for task id '{id}'."
NO_CONTENT = "Attachment content for attachment with id '{attachment_id}' does not exist for task id '{id}'."
UNDELETABLE = "Deletion is not possible. No attachment exists for task id '{id}' and attachment id '{attachment_id}'."


@route("", answer=type(ATTACHMENT.schema)(many=True), error_answers=unknown(NO_TASK))
def list_attachments(id: str) -> Response:
    """List what was attached to a task."""
    require_task(components.database, id)
    return reply([ATTACHMENT(row) for row in ATTACHMENTS.find(components.database, {"task_id": id})])


@route(
    "/create",
    "POST",
    status=200,
    answer=ATTACHMENT.schema,
    consumes="multipart/form-data",
    error_answers={**unknown(NO_TASK, 400), InvalidInput: told(400, "InvalidRequestException", "{error}")},
)
@blueprint.arguments(FORM, location="files")
def create(id: str) -> Response:
    """Attach a file or a link to a task."""
    made = components.attachments.add(identity(), id, **_uploaded())
    return reply({**ATTACHMENT(made), "links": [self_link(f"/task/{id}/attachment/{made.id}")]})


@route("/<attachment_id>", answer=ATTACHMENT.schema)
def get_attachment(id: str, attachment_id: str) -> Response:
    """Return an attachment, without its content."""
    return reply(ATTACHMENT(_attachment(id, attachment_id, NO_ATTACHMENT)))


@route("/<attachment_id>/data", produces=None, content_type=OCTET_STREAM)
def get_data(id: str, attachment_id: str) -> Response:
    """Return the content of an attached file."""
    found = _attachment(id, attachment_id, NO_CONTENT)
    if found.content is None:
        raise invalid_request(NO_CONTENT.format(id=id, attachment_id=attachment_id), 404)
    return download(bytes(found.content), OCTET_STREAM, found.name or "data")


@route("/<attachment_id>", "DELETE", error_answers=unknown(UNDELETABLE))
def delete(id: str, attachment_id: str) -> Response:
    """Delete an attachment."""
    components.attachments.delete(identity(), id, attachment_id)
    return no_content()


def _attachment(id: str, attachment_id: str, missing: str) -> Attachment:
    try:
        found = ATTACHMENTS.get(components.database, attachment_id)
    except NotFound:
        found = None
    if found is None or found.task_id != id:
        raise invalid_request(missing.format(id=id, attachment_id=attachment_id), 404)
    return found


def _uploaded() -> dict[str, Any]:
    """Read the form. Raises CamundaRefusal if there is neither a file nor a link in it."""
    form = {part.name: part.content for part in form_parts()}
    url, content = _text(form.get("url")), form.get("content")
    if not url and content is None:
        raise invalid_request("No content or url to remote content exists to create the task attachment.")
    names = {"name": "attachment-name", "description": "attachment-description", "kind": "attachment-type"}
    texts = {name: _text(form.get(part)) for name, part in names.items()}
    return {**texts, "url": url, "content": content}


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode(errors="replace").replace("\x00", "")

"""The form of a deployment: its own fields, and every other part as a file of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_smorest.fields import Upload as UploadField
from marshmallow import Schema, fields

from app import clock
from app.api.camunda.rest.coercion import unreadable_parameter
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.form import form_parts
from app.bpmn.timers.iso8601 import parse_date
from app.errors import EngineFailed

RESERVED = (
    "deployment-name",
    "enable-duplicate-filtering",
    "deploy-changed-only",
    "deployment-source",
    "deployment-activation-time",
    "tenant-id",
)

UPLOAD = Schema.from_dict(
    {
        "deployment-name": fields.String(metadata={"example": "orders"}),
        "deployment-source": fields.String(metadata={"example": "build server"}),
        "deployment-activation-time": fields.String(metadata={"description": "When the definitions become active"}),
        "tenant-id": fields.String(),
        "enable-duplicate-filtering": fields.Boolean(),
        "deploy-changed-only": fields.Boolean(),
        "data": UploadField(metadata={"description": "A .bpmn file; any number of parts, of any name"}),
    },
    name="DeploymentForm",
)()


@dataclass(frozen=True, slots=True)
class Upload:
    """What is to be deployed."""

    name: str | None
    resources: Sequence[tuple[str, bytes]]
    source: str | None = None
    tenant_id: str | None = None
    duplicate_filtering: bool = False
    changed_only: bool = False
    activation_at: int | None = None


def upload_from_form() -> Upload:
    """Read the form of the request. Raises CamundaRefusal."""
    parts = form_parts()
    texts = {part.name: part.content.decode(errors="replace") for part in parts if part.name in RESERVED}
    resources = [(part.filename, part.content) for part in parts if part.name not in RESERVED]
    if any(not filename for filename, _ in resources):
        text = "No file name found in the deployment resource described by form parameter 'null'."
        raise invalid_request(text)
    if not resources:
        raise invalid_request("No deployment resources contained in the form upload.")
    changed_only = texts.get("deploy-changed-only", "").lower() == "true"
    return Upload(
        texts.get("deployment-name"),
        [(filename or "", content) for filename, content in resources],
        texts.get("deployment-source"),
        texts.get("tenant-id"),
        changed_only or texts.get("enable-duplicate-filtering", "").lower() == "true",
        changed_only,
        _activation(texts.get("deployment-activation-time")),
    )


def _activation(text: str | None) -> int | None:
    """Return when the definitions become active, None for at once."""
    if not text:
        return None
    try:
        at = parse_date(text)
    except EngineFailed:
        raise unreadable_parameter("deployment-activation-time", text) from None
    return at if at > clock.now_ms() else None

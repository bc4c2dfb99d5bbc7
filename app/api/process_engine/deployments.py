"""Deploying a model by name, and deleting it."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.api.components import components
from app.api.dialect import identity, no_content
from app.api.process_engine.blueprints import MANAGEMENT
from app.api.process_engine.process_model_schemas import update_schema
from app.api.remarks import with_remarks
from app.identity import WRITE_PROCESS_MODEL

management = MANAGEMENT.resource("deployments")


@management.route(
    "/process_models/<name>/update", claim=WRITE_PROCESS_MODEL, methods=["POST"], produces=None, strict_slashes=False
)
@management.arguments(update_schema)
def update_process_model(model: dict[str, Any], name: str) -> Response:
    """Deploy a new version of the processes in the file, if none is there yet or overwriting is wanted."""
    result = components.model_uploads.upload(
        identity(), [model["xml"]], name=name, overwrite=bool(model["overwrite_existing"])
    )
    return with_remarks(no_content(), () if result is None else result.warnings)


@management.route(
    "/process_models/<process_model_id>/delete", claim=WRITE_PROCESS_MODEL, methods=["POST", "GET"], produces=None
)
def delete_process_model(process_model_id: str) -> Response:
    """Delete all versions of a process that has no running instances."""
    components.model_uploads.delete(identity(), process_model_id)
    return no_content()

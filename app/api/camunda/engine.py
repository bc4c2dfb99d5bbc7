"""/engine and /version: which engines there are, and which Camunda is spoken."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.components import components
from app.api.dialect import AUTHENTICATED, PUBLIC, reply

CAMUNDA_VERSION = "7.24.0"

blueprint = CamundaBlueprint("engine", __name__, description="The engine and the version of the API")


class EngineSchema(Schema):
    """An engine."""

    name = fields.String(metadata={"example": "default"})


class VersionSchema(Schema):
    """The version of Camunda whose API this is."""

    version = fields.String(metadata={"example": CAMUNDA_VERSION})


@blueprint.route("/engine", claim=PUBLIC)
@blueprint.answers(200, EngineSchema(many=True), example=[{"name": "default"}], errors=(406,))
def list_engines() -> Response:
    """List the engines. Needs no credentials."""
    return reply([{"name": components.settings.engine_name}])


@blueprint.route("/version", claim=AUTHENTICATED)
@blueprint.answers(200, VersionSchema(), example={"version": CAMUNDA_VERSION}, errors=(401, 406))
def version() -> Response:
    """Return the version of the REST API that is spoken."""
    return reply({"version": CAMUNDA_VERSION})

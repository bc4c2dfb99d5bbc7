"""What studios ask before anything else: which server this is, and who issues its tokens."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.api.components import components
from app.api.dialect import AUTHENTICATED, PUBLIC, reply
from app.api.five_minds.server import PACKAGE, server_version
from app.api.process_engine.blueprints import CONSUMER, INFORMATION

consumer = CONSUMER.resource("information")
information = INFORMATION.resource("information")


def server_information() -> dict[str, Any]:
    """Return what the root routes say, with the members of the original's package information."""
    return {
        "name": PACKAGE,
        "version": server_version(),
        "description": "External-task server for Camunda 7, process-engine.io and ProcessCube workers",
        "license": "Apache-2.0",
    }


@information.route("/", claim=PUBLIC, methods=["GET"])
@information.route("/process_engine", claim=PUBLIC, methods=["GET"])
def package_information() -> Response:
    """Say which server this is."""
    return reply(server_information())


@information.route("/security/authority", claim=PUBLIC, methods=["GET"])
@information.route("/process_engine/security/authority", claim=PUBLIC, methods=["GET"])
def authority() -> Response:
    """Say who issues the tokens that are accepted here."""
    return reply({"authority": components.settings.jwt_issuer or ""})


@consumer.route("/info", claim=AUTHENTICATED, methods=["GET"])
def application_information() -> Response:
    """Say name and version, to those who are known."""
    return reply({"name": PACKAGE, "version": server_version()})

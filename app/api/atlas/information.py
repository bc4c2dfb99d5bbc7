"""What ProcessCube's clients ask before anything else."""

from __future__ import annotations

from flask import Response

from app.api.atlas.dialect import resource
from app.api.components import components
from app.api.dialect import PUBLIC, reply
from app.api.five_minds.server import PACKAGE, server_version

blueprint = resource("information")


@blueprint.route("/info", claim=PUBLIC, methods=["GET"])
def application_information() -> Response:
    """Say which server this is."""
    return reply(
        {
            "id": PACKAGE,
            "name": "Errand",
            "packageName": PACKAGE,
            "version": server_version(),
            "authorityUrl": components.settings.jwt_issuer or "",
            "allowAnonymousRootAccess": components.settings.anonymous,
            "loadedExtensions": [],
            "extraInfo": {},
        }
    )


@blueprint.route("/authority", claim=PUBLIC, methods=["GET"])
def authority() -> Response:
    """Say who issues the tokens that are accepted here."""
    return reply(components.settings.jwt_issuer or "")

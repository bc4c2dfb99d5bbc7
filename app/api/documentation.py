"""The description of all routes (`/openapi.json`) and the page that shows it (`/docs/`), both without the internet."""

from __future__ import annotations

from importlib.metadata import version

from flask import Flask, redirect
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint

DESCRIPTION = """\
One server, several dialects: workers written for Camunda 7, Operaton and CIB seven use `/engine-rest`; workers written
for process-engine.io and ProcessCube use `/api/external_task/v1`, `/api/consumer/v1` and `/atlas_engine/api/v1`.

Send `Authorization: Bearer <JWT>`, or HTTP Basic for worker accounts. A development server admits everybody.
"""


def make_api(app: Flask) -> Api:
    """Return the collection of documented routes, to which the dialects add theirs."""
    app.config.update(
        API_TITLE="Errand",
        API_VERSION=version("errand-server"),
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION, "license": {"name": "Apache-2.0"}},
            "security": [{"bearer": []}, {"basic": []}],
            "components": {
                "securitySchemes": {
                    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                    "basic": {"type": "http", "scheme": "basic"},
                }
            },
        },
    )
    return Api(app)


def register(app: Flask) -> None:
    """Serve the Swagger UI from the packaged files."""
    app.register_blueprint(get_swaggerui_blueprint("/docs", "/openapi.json", config={"app_name": "Errand"}))
    app.add_url_rule("/docs", "docs", lambda: redirect("/docs/"))

"""The description of all routes (`/openapi.json`) and the page that shows it (`/docs/`), both without the internet."""

from __future__ import annotations

import threading
from importlib.metadata import version
from typing import Any

from flask import Flask, Response, redirect
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint

from app.api.dialect import reply

DESCRIPTION = """\
One server, several dialects: workers written for Camunda 7, Operaton and CIB seven use `/engine-rest`; workers written
for process-engine.io and ProcessCube use `/api/external_task/v1`, `/api/consumer/v1` and `/atlas_engine/api/v1`.

Send `Authorization: Bearer <JWT>`, or HTTP Basic for worker accounts. A development server admits everybody.
"""


def _not_exploded(_converter: Any, field: Any, **_: Any) -> dict[str, Any]:
    """Describe a parameter whose values stand between commas; otherwise a list is one parameter for each value."""
    return {"explode": False} if getattr(field, "comma_separated", False) else {}


class LateApi(Api):  # type: ignore[misc]
    """Describes the routes when somebody asks, not when the server starts: it takes as long as all the rest."""

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[Any] = []
        self._mutex = threading.Lock()
        super().__init__(app)
        self.ma_plugin.converter.add_parameter_attribute_function(_not_exploded)

    def register_blueprint(self, blueprint: Any, **options: Any) -> None:
        """Add the routes of a blueprint to the server."""
        self._app.register_blueprint(blueprint, **options)
        self._undescribed.append(blueprint)

    def describe(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        with self._mutex:
            for blueprint in self._undescribed:
                blueprint.register_views_in_doc(self, self._app, self.spec, name=blueprint.name, parameters=None)
            for tag, description in {each.tag: each.description for each in self._undescribed}.items():
                self.spec.tag({"name": tag, "description": description})
            self._undescribed.clear()
            document: dict[str, Any] = self.spec.to_dict()
            return document

    def _openapi_json(self) -> Response:
        return reply(self.describe())  # in the order of the code, which Flask's own JSON would sort


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
    return LateApi(app)


def register(app: Flask) -> None:
    """Serve the Swagger UI from the packaged files."""
    app.register_blueprint(get_swaggerui_blueprint("/docs", "/openapi.json", config={"app_name": "Errand"}))
    app.add_url_rule("/docs", "docs", lambda: redirect("/docs/"))

"""The dialect of Camunda 7, Operaton and CIB seven under /engine-rest: one file per resource, its schemas beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask
    from flask_smorest import Api


def register(app: Flask, api: Api) -> None:
    """Add every resource to the application and its documentation, and the headers of this dialect."""
    # Imported here, so that a part of the dialect can be used without all others.
    from app.api.camunda.blueprint import add_headers, register_resource, take_engine_name
    from app.api.camunda.resources import RESOURCES
    from app.api.camunda.slashes import without_needless_slashes
    from app.api.camunda.unsupported import add_unsupported

    for blueprint in RESOURCES:
        register_resource(app, api, blueprint)
    add_unsupported(app)
    app.url_value_preprocessor(take_engine_name)
    app.after_request(add_headers)
    app.wsgi_app = without_needless_slashes(app.wsgi_app)  # type: ignore[assignment, method-assign]

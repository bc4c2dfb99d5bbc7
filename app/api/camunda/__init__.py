"""The dialect of Camunda 7, Operaton and CIB seven under /engine-rest: one file per resource, its schemas beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask
    from flask_smorest import Api


def register(app: Flask, api: Api) -> None:
    """Add every resource to the application and its documentation, and the headers of this dialect."""
    # Imported here, so that a part of the dialect can be used without all others.
    from app.api.camunda.coverage.unsupported import add_unsupported
    from app.api.camunda.resources import RESOURCES
    from app.api.camunda.rest.blueprint import PREFIX, add_headers, take_engine_name
    from app.api.camunda.rest.paths import with_plain_paths

    for blueprint in RESOURCES:
        api.register_blueprint(blueprint, url_prefix=f"{PREFIX}{blueprint.url_prefix or ''}")
    add_unsupported(app)
    app.before_request(take_engine_name)
    app.after_request(add_headers)
    app.wsgi_app = with_plain_paths(app.wsgi_app)  # type: ignore[assignment, method-assign]

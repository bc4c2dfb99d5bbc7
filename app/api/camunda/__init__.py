"""The dialect of Camunda 7, Operaton and CIB seven under /engine-rest: one file per resource, its schemas beside it."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api

from app.api.camunda import engine
from app.api.camunda.blueprint import CamundaBlueprint, add_headers, register_resource, take_engine_name

RESOURCES = (engine.blueprint,)


def register(app: Flask, api: Api) -> None:
    """Add every resource to the application and its documentation, and the headers of this dialect."""
    for blueprint in RESOURCES:
        register_resource(app, api, blueprint)
    app.url_value_preprocessor(take_engine_name)
    app.after_request(add_headers)


__all__ = ["CamundaBlueprint", "register"]

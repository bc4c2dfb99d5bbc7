"""The dialect of ProcessCube, the third generation of process-engine.io: `/atlas_engine/api/v1`.

dialect            base path, statuses and words of errors, the blueprint
external_tasks     the routes of workers; task_json and external_task_schemas beside them
process_models, process_instances, flow_nodes, user_tasks, events, information
                   what clients need around them; queries reads their query strings
"""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api

from app.api.atlas import (  # noqa: F401  each adds its routes to the blueprint
    events,
    external_tasks,
    flow_nodes,
    information,
    process_instances,
    process_models,
    user_tasks,
)
from app.api.atlas.dialect import AtlasBlueprint, blueprint

__all__ = ["AtlasBlueprint", "register"]


def register(app: Flask, api: Api) -> None:
    """Add the routes of the dialect to the application and its documentation."""
    api.register_blueprint(blueprint)

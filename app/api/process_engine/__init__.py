"""The dialect of process-engine.io: `/api/external_task/v1`, `/api/consumer/v1` and `/api/management/v1`.

dialect                 paths, statuses and words of errors
blueprints              one for each base path
external_tasks          the five routes of workers; task_json and external_task_schemas beside them
process_models, deployments, process_instances, token_history, user_tasks, events, information
                        what studios and clients need around them
"""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api

from app.api.process_engine import (  # noqa: F401  each adds its routes to the blueprints
    deployments,
    events,
    external_tasks,
    information,
    process_instances,
    process_models,
    token_history,
    user_tasks,
)
from app.api.process_engine.blueprints import BLUEPRINTS
from app.api.process_engine.dialect import ProcessEngineBlueprint

__all__ = ["ProcessEngineBlueprint", "register"]


def register(app: Flask, api: Api) -> None:
    """Add the routes of the dialect to the application and its documentation."""
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)

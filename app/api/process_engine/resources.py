"""All resources of the dialect by their base paths, in the order of their documentation."""

from __future__ import annotations

from app.api.dialect import Dialect
from app.api.process_engine import (
    deployments,
    events,
    external_tasks,
    information,
    process_instances,
    process_models,
    token_history,
    user_tasks,
)
from app.api.process_engine.dialect import ProcessEngineBlueprint

PROCESS_ENGINE = Dialect(
    ProcessEngineBlueprint,
    (
        external_tasks.legacy,
        events.consumer,
        external_tasks.consumer,
        information.consumer,
        process_instances.consumer,
        process_models.consumer,
        user_tasks.consumer,
        deployments.management,
        events.management,
        process_instances.management,
        process_models.management,
        token_history.management,
        user_tasks.management,
        information.information,
    ),
)

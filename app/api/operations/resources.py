"""All resources of the dialect, in the order of their documentation."""

from __future__ import annotations

from app.api.dialect import Dialect
from app.api.operations import bulk, events, offered_tasks, outbox, topics, webhooks, workers
from app.api.operations.dialect import OperationsBlueprint

OPERATIONS = Dialect(
    OperationsBlueprint,
    (
        bulk.blueprint,
        offered_tasks.blueprint,
        topics.blueprint,
        workers.blueprint,
        events.blueprint,
        webhooks.blueprint,
        outbox.blueprint,
    ),
)

"""All resources of the dialect, in the order of their documentation."""

from __future__ import annotations

from app.api.atlas import (
    events,
    external_tasks,
    flow_nodes,
    information,
    process_instances,
    process_models,
    user_tasks,
)
from app.api.atlas.dialect import AtlasBlueprint
from app.api.dialect import Dialect

ATLAS = Dialect(
    AtlasBlueprint,
    (
        events.blueprint,
        external_tasks.blueprint,
        flow_nodes.blueprint,
        information.blueprint,
        process_instances.blueprint,
        process_models.blueprint,
        user_tasks.blueprint,
    ),
)

"""The base paths of process-engine.io, one blueprint each; the route modules beside this one fill them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.api.dialect import JSON, View
from app.api.process_engine.dialect import CONSUMER_BASE, LEGACY_BASE, MANAGEMENT_BASE, ProcessEngineBlueprint
from app.identity import MANAGE_PROCESS_INSTANCES

legacy = ProcessEngineBlueprint(
    "External tasks (process-engine)",
    __name__,
    url_prefix=LEGACY_BASE,
    description="The external task API of process-engine.io, first generation.",
)
consumer = ProcessEngineBlueprint(
    "Consumer API (process-engine)",
    __name__,
    url_prefix=CONSUMER_BASE,
    description="External tasks, process models and user tasks of process-engine.io, second generation.",
)
management = ProcessEngineBlueprint(
    "Management API (process-engine)",
    __name__,
    url_prefix=MANAGEMENT_BASE,
    description="Deployment, correlations and token history of process-engine.io.",
)
information = ProcessEngineBlueprint(
    "Information (process-engine)",
    __name__,
    description="What runs here, and who issues its tokens.",
)
BLUEPRINTS = (legacy, consumer, management, information)


def on_studio_bases(
    rule: str, *, claim: str = MANAGE_PROCESS_INSTANCES, produces: str | None = JSON, **options: Any
) -> Callable[[View], View]:
    """Add the view to the consumer API and to the management API, which share many routes."""

    def decorate(view: View) -> View:
        for blueprint in (consumer, management):
            blueprint.route(rule, claim=claim, produces=produces, strict_slashes=False, **options)(view)
        return view

    return decorate

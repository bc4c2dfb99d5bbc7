"""The base paths of process-engine.io, a chapter of the documentation each, and the blueprints of resources at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.api.dialect import JSON, View
from app.api.process_engine.dialect import CONSUMER_BASE, LEGACY_BASE, MANAGEMENT_BASE, ProcessEngineBlueprint
from app.identity import MANAGE_PROCESS_INSTANCES


@dataclass(frozen=True, slots=True)
class Base:
    """One base path."""

    title: str
    path: str | None
    description: str

    def resource(self, name: str) -> ProcessEngineBlueprint:
        """Make the blueprint of one resource at this base path."""
        return ProcessEngineBlueprint(
            f"{self.title}, {name}", __name__, url_prefix=self.path, tag=self.title, description=self.description
        )


LEGACY = Base(
    "External tasks (process-engine)",
    LEGACY_BASE,
    "The external task API of process-engine.io, first generation.",
)
CONSUMER = Base(
    "Consumer API (process-engine)",
    CONSUMER_BASE,
    "External tasks, process models and user tasks of process-engine.io, second generation.",
)
MANAGEMENT = Base(
    "Management API (process-engine)",
    MANAGEMENT_BASE,
    "Deployment, correlations and token history of process-engine.io.",
)
INFORMATION = Base(
    "Information (process-engine)",
    None,
    "What runs here, and who issues its tokens.",
)


def at_all(blueprints: Sequence[ProcessEngineBlueprint]) -> Callable[..., Callable[[View], View]]:
    """Return the decorator that adds a view to several blueprints: base paths share many routes."""

    def route(
        rule: str, *, claim: str = MANAGE_PROCESS_INSTANCES, produces: str | None = JSON, **options: Any
    ) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            for blueprint in blueprints:
                blueprint.route(rule, claim=claim, produces=produces, strict_slashes=False, **options)(view)
            return view

        return decorate

    return route

"""What the services must know of a model; the engine, which has the graphs, tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class ActivityFacts(Protocol):
    """Facts of an activity, by the ids of its definition and its own."""

    def extension_properties(self, definition_id: str, activity_id: str) -> Mapping[str, str]:
        """Return the `camunda:properties` of the activity."""

    def retry_cycle(self, definition_id: str, activity_id: str) -> str | None:
        """Return the `camunda:failedJobRetryTimeCycle` of the activity."""


class NoFacts:
    """For tasks whose models are elsewhere."""

    def extension_properties(self, definition_id: str, activity_id: str) -> Mapping[str, str]:
        """Return nothing."""
        return {}

    def retry_cycle(self, definition_id: str, activity_id: str) -> str | None:
        """Return None: no cycle."""
        return None

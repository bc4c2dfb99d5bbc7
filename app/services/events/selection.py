"""Which events somebody wants, and which ones may be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.records.events import TASK_EVENTS, Event


@dataclass(frozen=True, slots=True)
class EventSelection:
    """Conditions that must all hold; an empty one always does. Types, topics and keys are glob patterns."""

    types: Sequence[str] = ()
    topics: Sequence[str] = ()
    definition_keys: Sequence[str] = ()
    process_instance_id: str | None = None

    def takes(self, event: Event) -> bool:
        """Tell whether the event is wanted. An event without a topic is not, where topics are named."""
        instance_id = self.process_instance_id
        return (
            _matches(self.types, event["type"])
            and _matches(self.topics, event.get("topic"))
            and _matches(self.definition_keys, event.get("definition_key"))
            and (instance_id is None or instance_id in (event.get("process_instance_id"), event.get("root_id")))
        )


def may_see(identity: Identity, event: Event) -> bool:
    """Tell whether an identity may see an event: who manages instances all, a worker those of tasks of its topics."""
    if identity.may(MANAGE_PROCESS_INSTANCES):
        return True
    return event["type"] in TASK_EVENTS and identity.covers(event["topic"])


def _matches(patterns: Sequence[str], value: str | None) -> bool:
    return not patterns or (value is not None and any(fnmatchcase(value, pattern) for pattern in patterns))

"""The topics that deployed models name."""

from __future__ import annotations

from app.engine.process_engine import ProcessEngine
from app.queries.process_definitions import PROCESS_DEFINITIONS


def deployed_topics(engine: ProcessEngine) -> list[str]:
    """Return the topics of the latest version of every process, sorted; those that an expression makes are left out."""
    topics: set[str] = set()
    for row in PROCESS_DEFINITIONS.find(engine.database, {"latest": True}):
        for node in engine.definitions.get(row.id).nodes.values():
            external = node.external or node.event.external
            if external is not None and external.topic.is_literal:
                topics.add(external.topic.text)
    return sorted(topics)

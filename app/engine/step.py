"""One run that is being stored: what all its rows repeat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from app.bpmn import delta as run
from app.engine.definitions import Definition, DefinitionCache

Row = dict[str, Any]
BUSINESS_KEY = "business key"
"""Where the stored state keeps the root's business key, beside what the execution keeps there."""


@dataclass(frozen=True, slots=True)
class InstanceFacts:
    """What rows repeat of their process instance."""

    definition: Definition
    business_key: str | None
    suspended: bool


class Step:
    """One run that is being stored: the tree after it, the instant, and what rows repeat of its instances.

    `start_user_id` is who started it, `reported_task_id` the external task whose report it is.
    """

    def __init__(
        self,
        root_id: str,
        now_ms: int,
        definitions: DefinitionCache,
        root_key: str | None,
        delta: run.Delta,
        suspended: Collection[str] = (),
    ) -> None:
        self.root_id = root_id
        self.now_ms = now_ms
        self.start_user_id: str | None = None
        self.reported_task_id: str | None = None
        self._definitions = definitions
        self._root_key = root_key
        self._after: Mapping[str, Any] = delta.state["executions"] if delta.state else {}
        self._started = {started.id: started for started in delta.instances_started}
        self._ended = {ended.id: ended for ended in delta.instances_ended}
        self._suspended = suspended
        self._facts: dict[str, InstanceFacts] = {}

    def facts(self, instance_id: str) -> InstanceFacts:
        """Return what rows repeat of an instance of the tree."""
        known = self._facts.get(instance_id)
        if known is None:
            record = self._started.get(instance_id) or self._ended.get(instance_id)
            if record is not None:
                definition_id, business_key = record.definition_id, record.business_key
            else:
                definition_id, business_key = self._after[instance_id]["d"], self._after[instance_id].get("b")
            if instance_id == self.root_id and instance_id not in self._started:
                business_key = self._root_key
            definition = self._definitions.definition(definition_id)
            known = InstanceFacts(definition, business_key, instance_id in self._suspended)
            self._facts[instance_id] = known
        return known

    def place(self, instance_id: str) -> Row:
        """Return the columns that say where in the tree a row belongs."""
        definition = self.facts(instance_id).definition
        return {
            "process_instance_id": instance_id,
            "root_id": self.root_id,
            "definition_id": definition.id,
            "definition_key": definition.key,
            "tenant_id": definition.tenant_id,
        }

    def offered(self, delta: run.Delta) -> Counter[str]:
        """Return how many new tasks of each topic may be fetched."""
        gone = {task.id for task in delta.tasks_ended}
        return Counter(
            task.topic
            for task in delta.tasks_created
            if task.id not in gone and task.instance_id not in self._suspended
        )

    def scopes(self, execution_id: str, instance_id: str) -> str:
        """Return the JSON list of the executions whose variables one sees, the nearest first."""
        found = []
        current: str | None = execution_id
        while current is not None and current != instance_id and current in self._after:
            found.append(current)
            current = self._after[current].get("p")
        return orjson.dumps([*found, instance_id]).decode()

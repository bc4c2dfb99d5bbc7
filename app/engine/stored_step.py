"""One run that is being stored: what all its rows repeat."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from app.bpmn.delta import Delta, InstanceEnded, InstanceStarted
from app.engine.definitions import Definition, DefinitionCache

Row = dict[str, Any]
BUSINESS_KEY = "business key"
"""Where the stored state keeps the root's business key, beside what the execution keeps there."""
TENANT = "tenant"
"""Where it keeps the root's tenant, if that has migrated to a definition without one."""


@dataclass(slots=True)
class InstanceFacts:
    """What rows repeat of their process instance; `place` are the columns that say where in the tree a row belongs.

    Never changed, though not frozen: that would double what it costs to make one.
    """

    definition: Definition
    business_key: str | None
    suspended: bool
    place: Row


class Step:
    """One run that is being stored: the tree after it, the instant, and what rows repeat of its instances.

    `root` is what they repeat of the root, whose definition and business key are given; `own_tenant_id` is its tenant,
    which it keeps when it migrates to a definition without one. `start_user_id` is who started
    it, `case_instance_id` the case that a start names for the root, `reported_task_id` the external task whose report
    it is.
    """

    def __init__(
        self,
        root_id: str,
        definition_id: str,
        business_key: str | None,
        now_ms: int,
        definitions: DefinitionCache,
        delta: Delta,
        suspended: Collection[str] = (),
        own_tenant_id: str | None = None,
    ) -> None:
        self.root_id = root_id
        self.now_ms = now_ms
        self.start_user_id: str | None = None
        self.case_instance_id: str | None = None
        self.reported_task_id: str | None = None
        self._definitions = definitions
        self._delta = delta
        self._after: Mapping[str, Any] = delta.state["executions"] if delta.state else {}
        self._suspended = suspended
        self.own_tenant_id = own_tenant_id
        self.root = self._make_facts(root_id, definition_id, business_key)
        self._facts = {root_id: self.root}
        self._records: dict[str, InstanceStarted | InstanceEnded] | None = None

    @property
    def kept(self) -> Row:
        """What the stored state keeps beside the executions."""
        own = self.own_tenant_id if self.root.definition.tenant_id is None else None
        key = {BUSINESS_KEY: self.root.business_key}
        return key if own is None else {**key, TENANT: own}

    def facts(self, instance_id: str) -> InstanceFacts:
        """Return what rows repeat of an instance of the tree."""
        known = self._facts.get(instance_id)
        if known is None:
            known = self._facts[instance_id] = self._called(instance_id)
        return known

    def place(self, instance_id: str) -> Row:
        """Return the columns that say where in the tree a row belongs."""
        return self.facts(instance_id).place

    def _called(self, instance_id: str) -> InstanceFacts:
        """Return the facts of a called instance: it began or ended in this step, or it stands in the state."""
        if self._records is None:
            self._records = {ended.id: ended for ended in self._delta.instances_ended}
            self._records.update((started.id, started) for started in self._delta.instances_started)
        record = self._records.get(instance_id)
        if record is not None:
            return self._make_facts(instance_id, record.definition_id, record.business_key)
        entry = self._after[instance_id]
        return self._make_facts(instance_id, entry["d"], entry.get("b"))

    def _make_facts(self, instance_id: str, definition_id: str, business_key: str | None) -> InstanceFacts:
        definition = self._definitions.definition(definition_id)
        place = {
            "process_instance_id": instance_id,
            "root_id": self.root_id,
            "definition_id": definition_id,
            "definition_key": definition.key,
            "tenant_id": definition.tenant_id or (self.own_tenant_id if instance_id == self.root_id else None),
        }
        return InstanceFacts(definition, business_key, instance_id in self._suspended, place)

    def offered(self) -> dict[str, int]:
        """Return how many new tasks of each topic may be fetched."""
        offered: dict[str, int] = {}
        if not self._delta.tasks_created:
            return offered
        gone = {task.id for task in self._delta.tasks_ended}
        for task in self._delta.tasks_created:
            if task.id not in gone and task.instance_id not in self._suspended:
                offered[task.topic] = offered.get(task.topic, 0) + 1
        return offered

    def scopes(self, execution_id: str, instance_id: str) -> str:
        """Return the JSON list of the executions whose variables one sees, the nearest first."""
        found = []
        current: str | None = execution_id
        while current is not None and current != instance_id and current in self._after:
            found.append(current)
            current = self._after[current].get("p")
        return orjson.dumps([*found, instance_id]).decode()

"""Process definitions as the engine needs them: parsed once, cached by id, found by key or as a call activity asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import peewee

from app.bpmn.context import CalledElement
from app.bpmn.graph import Process
from app.bpmn.parser import parse
from app.bpmn.surroundings import Surroundings
from app.bpmn.vocabulary import Behaviour
from app.database.database import Database
from app.database.statements import P, Statement
from app.errors import DefinitionNotFound, EngineFailed
from app.models import DeploymentResource, ProcessDefinition

CACHED_DEFINITIONS = 500


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a process: what never changes of its row, and its graph."""

    id: str
    key: str
    version: int
    version_tag: str | None
    tenant_id: str | None
    deployment_id: str
    process: Process
    calls: bool
    """Whether it calls other processes."""


class DefinitionNow(NamedTuple):
    """What another process may change of a definition at any time."""

    id: str
    suspended: bool


def versions(key: Any, tenant_id: Any) -> Any:
    """Return the query of all versions of a key in a tenant (`""`: those without one), latest first, by their index."""
    tenant = peewee.fn.COALESCE(ProcessDefinition.tenant_id, peewee.SQL("''"))
    return (
        ProcessDefinition.select()
        .where(ProcessDefinition.key == key, tenant == tenant_id)
        .order_by(ProcessDefinition.version.desc())
    )


_NOW = (ProcessDefinition.id, ProcessDefinition.suspended)
_BY_ID = Statement(ProcessDefinition.select(*_NOW).where(ProcessDefinition.id == P("id")))
_LATEST = Statement(versions(P("key"), P("tenant_id")).select(*_NOW).limit(1))
_LOAD = Statement(
    ProcessDefinition.select(
        ProcessDefinition.key,
        ProcessDefinition.version,
        ProcessDefinition.version_tag,
        ProcessDefinition.tenant_id,
        ProcessDefinition.deployment_id,
        DeploymentResource.content,
    )
    .join(
        DeploymentResource,
        on=(
            (DeploymentResource.deployment_id == ProcessDefinition.deployment_id)
            & (DeploymentResource.name == ProcessDefinition.resource_name)
        ),
    )
    .where(ProcessDefinition.id == P("id"))
)


_FILE = Statement(
    DeploymentResource.select(DeploymentResource.content).where(
        DeploymentResource.deployment_id == P("deployment_id"), DeploymentResource.name == P("name")
    )
)


class DeploymentFiles(Mapping[str, bytes]):
    """The files of a stored deployment, each read when a script names it."""

    def __init__(self, database: Database, deployment_id: str) -> None:
        self._database = database
        self._deployment_id = deployment_id

    def __getitem__(self, name: str) -> bytes:
        ids = {"deployment_id": self._deployment_id, "name": name}
        found = self._database.read(lambda: _FILE.one(self._database, **ids))
        if found is None:
            raise KeyError(name)
        return bytes(found[0])

    def __iter__(self) -> Iterator[str]:
        rows = DeploymentResource.select(DeploymentResource.name)
        return iter([row.name for row in rows.where(DeploymentResource.deployment_id == self._deployment_id)])

    def __len__(self) -> int:
        return len(list(iter(self)))


class DefinitionCache:
    """Keep the graphs of the definitions loaded last, shared by threads.

    A step asks several times, so a hit takes no lock and moves nothing; what is used all the time is parsed again now
    and then, after many others. Only what never changes is kept. Which version is the latest, and whether one is
    suspended, is asked of the database every time: another process may have changed it.
    """

    def __init__(self, database: Database, size: int = CACHED_DEFINITIONS) -> None:
        self.database = database
        self._size = size
        self._entries: dict[str, Definition] = {}
        self._guard = threading.Lock()

    def get(self, definition_id: str) -> Process:
        """Return the graph of a definition. Raises DefinitionNotFound."""
        return self.definition(definition_id).process

    def definition(self, definition_id: str) -> Definition:
        """Return the definition with that id. Raises DefinitionNotFound."""
        return self._entries.get(definition_id) or self._remember(self._load(definition_id))

    def add(self, definition: Definition) -> None:
        """Remember a definition that has just been parsed and stored."""
        self._remember(definition)

    def forget(self, definition_ids: list[str]) -> None:
        """Drop definitions that are deleted."""
        with self._guard:
            for definition_id in definition_ids:
                self._entries.pop(definition_id, None)

    def now(self, definition_id: str) -> DefinitionNow:
        """Return a definition as it is now. Raises DefinitionNotFound."""
        found = self.database.read(lambda: _BY_ID.one(self.database, id=definition_id))
        if found is None:
            raise DefinitionNotFound(definition_id)
        return DefinitionNow(*found)

    def latest(self, key: str, tenant_id: str | None = None) -> DefinitionNow:
        """Return the latest version of a key, within one tenant or among those without. Raises DefinitionNotFound."""
        found = self.database.read(lambda: _LATEST.one(self.database, key=key, tenant_id=tenant_id or ""))
        if found is None:
            raise DefinitionNotFound(None, message=f"There is no process definition with key '{key}'.")
        return DefinitionNow(*found)

    def called(self, element: CalledElement) -> tuple[str, Process]:
        """Return id and graph of what a call activity calls.

        Without a tenant of its own it looks within the caller's. Raises EngineFailed: the caller cannot go on.
        """
        caller = self.definition(element.caller_definition_id) if element.caller_definition_id else None
        tenant_id = element.tenant_id or (caller.tenant_id if caller else None)
        found = list(_bound(versions(element.key, tenant_id or ""), element, caller).limit(2))
        if not found or (element.binding == "versionTag" and len(found) > 1):
            raise EngineFailed(_not_callable(element, len(found)))
        return found[0].id, self.get(found[0].id)

    def extension_properties(self, definition_id: str, activity_id: str) -> Mapping[str, str]:
        """Return the `camunda:properties` of an activity."""
        return self.get(definition_id).nodes[activity_id].properties

    def retry_cycle(self, definition_id: str, activity_id: str) -> str | None:
        """Return the literal `camunda:failedJobRetryTimeCycle` of an activity; an expression there is for jobs only."""
        cycle = self.get(definition_id).nodes[activity_id].retry_cycle
        return cycle.text if cycle is not None and cycle.is_literal else None

    def _load(self, definition_id: str) -> Definition:
        found = self.database.read(lambda: _LOAD.one(self.database, id=definition_id))
        if found is None:
            raise DefinitionNotFound(definition_id)
        key, version, version_tag, tenant_id, deployment_id, content = found
        around = Surroundings(DeploymentFiles(self.database, deployment_id))
        process = next(p for p in parse(bytes(content), surroundings=around).processes if p.key == key)
        return Definition(
            definition_id, key, version, version_tag, tenant_id, deployment_id, process, calls_others(process)
        )

    def _remember(self, definition: Definition) -> Definition:
        with self._guard:
            kept = self._entries.setdefault(definition.id, definition)
            while len(self._entries) > self._size:
                del self._entries[next(iter(self._entries))]
            return kept


def calls_others(process: Process) -> bool:
    """Tell whether a process has a call activity."""
    return any(node.behaviour is Behaviour.CALL for node in process.nodes.values())


def in_tenant(column: Any, tenant_id: str | None) -> Any:
    """Return the condition that a row belongs to the tenant, or to none if `tenant_id` is None."""
    return column.is_null() if tenant_id is None else column == tenant_id


def _bound(query: Any, element: CalledElement, caller: Definition | None) -> Any:
    """Narrow the versions to those that the binding means."""
    if element.binding == "version":
        return query.where(ProcessDefinition.version == element.version)
    if element.binding == "versionTag":
        return query.where(ProcessDefinition.version_tag == element.version_tag)
    if element.binding == "deployment":
        return query.where(ProcessDefinition.deployment_id == (caller.deployment_id if caller else None))
    return query


def _not_callable(element: CalledElement, matches: int) -> str:
    bound = {
        "latest": "",
        "deployment": " in the deployment of the caller",
        "version": f" and version '{element.version}'",
        "versionTag": f" and version tag '{element.version_tag}'",
    }[element.binding]
    what = "no processes" if matches == 0 else "more than one process"
    return f"{what} deployed with key '{element.key}'{bound}"

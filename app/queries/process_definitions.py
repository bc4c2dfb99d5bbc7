"""Process definitions, the latest versions among them, and how many instances they have."""

from __future__ import annotations

from typing import Any

import peewee

from app.database.database import Database
from app.database.statements import P, Statement
from app.errors import DefinitionNotFound
from app.models.deployment import Deployment
from app.models.incident import Incident
from app.models.process_definition import ProcessDefinition
from app.queries.conditions import Filter, equals, instant, like, modifier, number, one_of, only, tenants
from app.queries.incidents import incident_filters
from app.queries.listing import Listing


def _deployed(name: str, comparison: str) -> dict[str, Filter]:
    inner = instant(Deployment.deployed_at, comparison)

    def condition(value: int, criteria: Any) -> Any:
        ids = Deployment.select(Deployment.id).where(inner.condition(value, criteria))
        return ProcessDefinition.deployment_id.in_(ids)

    return {name: Filter("instant", condition)}


def _is_latest() -> Any:
    newer = ProcessDefinition.alias()
    tenant = peewee.fn.COALESCE(newer.tenant_id, "") == peewee.fn.COALESCE(ProcessDefinition.tenant_id, "")
    later = (newer.key == ProcessDefinition.key) & (newer.version > ProcessDefinition.version) & tenant
    return ~peewee.fn.EXISTS(newer.select(peewee.SQL("1")).where(later))


def _deployed_at() -> Any:
    return Deployment.select(Deployment.deployed_at).where(Deployment.id == ProcessDefinition.deployment_id)


PROCESS_DEFINITIONS = Listing(
    "process definition",
    ProcessDefinition,
    filters={
        "id": equals(ProcessDefinition.id),
        "ids": one_of(ProcessDefinition.id),
        "category": equals(ProcessDefinition.category),
        "category_like": like(ProcessDefinition.category),
        "name": equals(ProcessDefinition.name),
        "name_like": like(ProcessDefinition.name),
        "deployment_id": equals(ProcessDefinition.deployment_id),
        **_deployed("deployed_after", "gt"),
        **_deployed("deployed_at", "eq"),
        "key": equals(ProcessDefinition.key),
        "keys": one_of(ProcessDefinition.key),
        "key_like": like(ProcessDefinition.key),
        "resource_name": equals(ProcessDefinition.resource_name),
        "resource_name_like": like(ProcessDefinition.resource_name),
        "version": number(ProcessDefinition.version),
        "latest": only(_is_latest),
        "version_tag": equals(ProcessDefinition.version_tag),
        "version_tag_like": like(ProcessDefinition.version_tag),
        "without_version_tag": only(ProcessDefinition.version_tag.is_null),
        "suspended": only(lambda: ProcessDefinition.suspended == True),  # noqa: E712
        "active": only(lambda: ProcessDefinition.suspended == False),  # noqa: E712
        "startable": only(lambda: ProcessDefinition.startable == True),  # noqa: E712
        "not_startable": only(lambda: ProcessDefinition.startable == False),  # noqa: E712
        "startable_by_caller": modifier(),
        **incident_filters(Incident.definition_id, ProcessDefinition.id),
        **tenants(ProcessDefinition.tenant_id),
    },
    orders={
        "id": ProcessDefinition.id,
        "category": ProcessDefinition.category,
        "key": ProcessDefinition.key,
        "name": ProcessDefinition.name,
        "version": ProcessDefinition.version,
        "deployment_id": ProcessDefinition.deployment_id,
        "deployed_at": _deployed_at(),
        "tenant_id": ProcessDefinition.tenant_id,
        "version_tag": ProcessDefinition.version_tag,
    },
)


_VERSIONS = ProcessDefinition.select(ProcessDefinition.id).order_by(ProcessDefinition.version.desc()).limit(1)
_OF_KEY = ProcessDefinition.key == P("key")
_LATEST = Statement(_VERSIONS.where(_OF_KEY & ProcessDefinition.tenant_id.is_null()))
_LATEST_OF_TENANT = Statement(_VERSIONS.where(_OF_KEY & (ProcessDefinition.tenant_id == P("tenant_id"))))


def latest_id(database: Database, key: str, tenant_id: str | None = None) -> str:
    """Return the id of the latest version by key, of that tenant or of none. Raises DefinitionNotFound."""
    statement = _LATEST if tenant_id is None else _LATEST_OF_TENANT
    found = database.read(lambda: statement.one(database, key=key, tenant_id=tenant_id))
    if found is None:
        raise DefinitionNotFound(key)
    return str(found[0])


def get_definition(database: Database, id: str) -> ProcessDefinition:
    """Return a definition by id. Raises DefinitionNotFound."""
    return _first(database, ProcessDefinition.id == id, id)


def latest_definition(database: Database, key: str, tenant_id: str | None = None) -> ProcessDefinition:
    """Return the latest version by key, of that tenant or of none. Raises DefinitionNotFound."""
    of_tenant = ProcessDefinition.tenant_id.is_null() if tenant_id is None else ProcessDefinition.tenant_id == tenant_id
    return _first(database, (ProcessDefinition.key == key) & of_tenant, key)


def _first(database: Database, condition: Any, wanted: str) -> ProcessDefinition:
    query = ProcessDefinition.select().where(condition).order_by(ProcessDefinition.version.desc()).limit(1)
    found = database.read(lambda: list(query))
    if not found:
        raise DefinitionNotFound(wanted)
    row: ProcessDefinition = found[0]
    return row

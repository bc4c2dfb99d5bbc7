"""Decision definitions and the graphs of their files."""

from __future__ import annotations

from typing import Any

import peewee

from app.database.database import Database
from app.errors import NotFound
from app.models import DecisionDefinition, DecisionRequirementsDefinition, Deployment
from app.queries.conditions import Filter, equals, instant, like, number, one_of, only, tenants
from app.queries.listing import Listing


def _names(table: Any) -> dict[str, Filter]:
    """Return the filters that definitions of decisions and of their graphs share."""

    def is_latest() -> Any:
        newer = table.alias()
        tenant = peewee.fn.COALESCE(newer.tenant_id, "") == peewee.fn.COALESCE(table.tenant_id, "")
        later = (newer.key == table.key) & (newer.version > table.version) & tenant
        return ~peewee.fn.EXISTS(newer.select(peewee.SQL("1")).where(later))

    return {
        "id": equals(table.id),
        "ids": one_of(table.id),
        "category": equals(table.category),
        "category_like": like(table.category),
        "name": equals(table.name),
        "name_like": like(table.name),
        "deployment_id": equals(table.deployment_id),
        "key": equals(table.key),
        "key_like": like(table.key),
        "resource_name": equals(table.resource_name),
        "resource_name_like": like(table.resource_name),
        "version": number(table.version),
        "latest": only(is_latest),
        **tenants(table.tenant_id),
    }


def _orders(table: Any) -> dict[str, Any]:
    names = ("id", "category", "key", "name", "version", "deployment_id", "tenant_id")
    return {name: getattr(table, name) for name in names}


def _deployed(name: str, comparison: str) -> dict[str, Filter]:
    inner = instant(Deployment.deployed_at, comparison)

    def condition(value: int, criteria: Any) -> Any:
        ids = Deployment.select(Deployment.id).where(inner.condition(value, criteria))
        return DecisionDefinition.deployment_id.in_(ids)

    return {name: Filter("instant", condition)}


def _deployed_at() -> Any:
    return Deployment.select(Deployment.deployed_at).where(Deployment.id == DecisionDefinition.deployment_id)


DECISION_DEFINITIONS = Listing(
    "decision definition",
    DecisionDefinition,
    filters={
        **_names(DecisionDefinition),
        **_deployed("deployed_after", "gt"),
        **_deployed("deployed_at", "eq"),
        "requirements_id": equals(DecisionDefinition.requirements_id),
        "requirements_key": equals(DecisionDefinition.requirements_key),
        "without_requirements": only(DecisionDefinition.requirements_id.is_null),
        "version_tag": equals(DecisionDefinition.version_tag),
        "version_tag_like": like(DecisionDefinition.version_tag),
    },
    orders={
        **_orders(DecisionDefinition),
        "deployed_at": _deployed_at(),
        "version_tag": DecisionDefinition.version_tag,
        "requirements_key": DecisionDefinition.requirements_key,
    },
)
DECISION_REQUIREMENTS_DEFINITIONS = Listing(
    "decision requirements definition",
    DecisionRequirementsDefinition,
    filters=_names(DecisionRequirementsDefinition),
    orders=_orders(DecisionRequirementsDefinition),
)


def latest_id(database: Database, listing: Listing[Any], key: str, tenant_id: str | None = None) -> str:
    """Return the id of the latest version by key, of that tenant or of none. Raises NotFound."""
    of_tenant = {"without_tenant": True} if tenant_id is None else {"tenant_ids": [tenant_id]}
    ids = listing.ids(database, {"key": key, "latest": True, **of_tenant}, limit=1)
    if not ids:
        raise NotFound(key, kind=listing.kind)
    return ids[0]

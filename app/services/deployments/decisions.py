"""Decision definitions: made by deployments, and taken away with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import peewee

from app.database.table import Table
from app.dmn.graph import Decision, DecisionRequirements
from app.ids import versioned_id
from app.models import DecisionDefinition, DecisionInstance, DecisionRequirementsDefinition, Deployment
from app.services.deployments.history_ttl import days_of

Row = TypeVar("Row", bound=Table)


def define_decisions(
    deployment: Deployment, resource_name: str, model: DecisionRequirements
) -> tuple[DecisionRequirementsDefinition | None, list[DecisionDefinition]]:
    """Within a transaction: make the next version of every decision of a file, and of its graph if it has several."""
    place = {"tenant_id": deployment.tenant_id, "deployment_id": deployment.id, "resource_name": resource_name}
    category = model.namespace
    requirements = None
    if len(model.decisions) > 1:
        names = {"key": model.key, "name": model.name, "category": category}
        requirements = _next_version(DecisionRequirementsDefinition, **names, **place)
    return requirements, [_define(decision, category, requirements, place) for decision in model.decisions]


def _define(
    decision: Decision, category: str, requirements: DecisionRequirementsDefinition | None, place: dict[str, Any]
) -> DecisionDefinition:
    return _next_version(
        DecisionDefinition,
        key=decision.key,
        name=decision.name,
        category=category,
        version_tag=decision.version_tag,
        requirements_id=None if requirements is None else requirements.id,
        requirements_key=None if requirements is None else requirements.key,
        history_ttl_days=days_of(decision.history_time_to_live),
        **place,
    )


def _next_version(table: type[Row], *, key: str, tenant_id: str | None, **columns: Any) -> Row:
    columns_of: Any = table
    of_tenant = peewee.fn.COALESCE(columns_of.tenant_id, peewee.SQL("''")) == (tenant_id or "")
    last = table.select(peewee.fn.MAX(columns_of.version)).where(columns_of.key == key, of_tenant).scalar()
    version = (last or 0) + 1
    row: Row = table.create(id=versioned_id(key, version), key=key, version=version, tenant_id=tenant_id, **columns)
    return row


def remove_decisions(deployment_ids: Sequence[str], *, cascade: bool) -> list[str]:
    """Within a transaction: delete the decision definitions of deployments, with `cascade` what was decided by them
    too, and return their ids."""
    of_these = DecisionDefinition.deployment_id.in_(deployment_ids)
    ids = [row.id for row in DecisionDefinition.select(DecisionDefinition.id).where(of_these)]
    if cascade and ids:
        DecisionInstance.delete().where(DecisionInstance.decision_definition_id.in_(ids)).execute()
    DecisionDefinition.delete().where(of_these).execute()
    DecisionRequirementsDefinition.delete().where(
        DecisionRequirementsDefinition.deployment_id.in_(deployment_ids)
    ).execute()
    return ids

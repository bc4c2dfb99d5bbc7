"""The files of a deployment: which are models, and which are the same as in an earlier one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from app.engine.definitions import in_tenant
from app.errors import InvalidInput, NotFound
from app.models import Deployment, DeploymentResource

MAX_RESOURCES = 1000
MAX_NAME_LENGTH = 255
MODEL_SUFFIXES = (".bpmn", ".bpmn20.xml")
DECISION_SUFFIXES = (".dmn", ".dmn11.xml")

_NEWEST = (Deployment.deployed_at.desc(), Deployment.id.desc())


@dataclass(frozen=True, slots=True)
class Resource:
    """One file, byte for byte."""

    name: str
    content: bytes


class ResourceNotFound(NotFound):
    """A deployment has no such file: none whose `by` (id or name) is `wanted`."""

    kind = "deployment resource"

    def __init__(self, deployment_id: str, by: str, wanted: str) -> None:
        super().__init__(wanted, message=f"Deployment '{deployment_id}' has no resource with the {by} '{wanted}'.")
        self.deployment_id = deployment_id
        self.by = by
        self.wanted = wanted


def is_model(name: str) -> bool:
    """Tell whether a file holds processes."""
    return name.endswith(MODEL_SUFFIXES)


def is_decision_model(name: str) -> bool:
    """Tell whether a file holds decisions; what is neither that nor a model of processes is only kept."""
    return name.endswith(DECISION_SUFFIXES)


def checked(resources: Sequence[tuple[str, bytes]]) -> tuple[Resource, ...]:
    """Return the files, the last one of each name. Raises InvalidInput for none, too many, or a name too long."""
    if not resources:
        raise InvalidInput("A deployment needs at least one resource.", field="resources", rule="required")
    if len(resources) > MAX_RESOURCES:
        text = f"A deployment may have {MAX_RESOURCES} resources at most."
        raise InvalidInput(text, field="resources", rule="too_long", value=len(resources))
    for name, _ in resources:
        if not 0 < len(name) <= MAX_NAME_LENGTH:
            text = f"A resource needs a name of 1 to {MAX_NAME_LENGTH} characters."
            raise InvalidInput(text, field="name", rule="too_long", value=name)
    return tuple(Resource(name, content) for name, content in dict(resources).items())


def chosen_files(deployment_id: str, ids: Collection[str], names: Collection[str]) -> list[tuple[str, bytes]]:
    """Within a transaction: return the files of a deployment that are named in either way; all if none is.

    Raises ResourceNotFound.
    """
    mine = DeploymentResource.select().where(DeploymentResource.deployment_id == deployment_id)
    known = list(mine.order_by(DeploymentResource.name))
    for by, wanted, there in (("id", ids, {row.id for row in known}), ("name", names, {row.name for row in known})):
        if missing := sorted(set(wanted) - there):
            raise ResourceNotFound(deployment_id, by, missing[0])
    chosen = [row for row in known if not (ids or names) or row.id in ids or row.name in names]
    return [(row.name, bytes(row.content)) for row in chosen]


def unchanged(
    name: str | None, source: str | None, tenant_id: str | None, resources: Sequence[Resource]
) -> tuple[set[str], Deployment | None]:
    """Return the names of the files that are the same in the latest deployment of that name, and that deployment.

    "Same" is byte for byte what was last deployed under the file's name. A deployment without a source stands for all.
    """
    earlier = (Deployment.name == name) & in_tenant(Deployment.tenant_id, tenant_id)
    if source is not None:
        earlier &= Deployment.source.is_null() | (Deployment.source == source)
    latest = Deployment.select().where(earlier).order_by(*_NEWEST).first()
    same = {resource.name for resource in resources if latest and _is_latest(earlier, resource)}
    return same, latest


def _is_latest(earlier: Any, resource: Resource) -> bool:
    """Tell whether the newest file of that name among the deployments has this content."""
    newest = (
        DeploymentResource.select(DeploymentResource.content)
        .join(Deployment, on=(DeploymentResource.deployment_id == Deployment.id))
        .where(DeploymentResource.name == resource.name, earlier)
        .order_by(*_NEWEST)
        .first()
    )
    return newest is not None and bytes(newest.content) == resource.content

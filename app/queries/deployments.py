"""Deployments and their resources."""

from __future__ import annotations

from app.database.database import Database
from app.errors import NotFound
from app.models.deployment import Deployment, DeploymentResource
from app.queries.conditions import equals, instant, like, only, tenants
from app.queries.listing import Listing

DEPLOYMENTS = Listing(
    "deployment",
    Deployment,
    filters={
        "id": equals(Deployment.id),
        "name": equals(Deployment.name),
        "name_like": like(Deployment.name),
        "source": equals(Deployment.source),
        "without_source": only(Deployment.source.is_null),
        "before": instant(Deployment.deployed_at, "lt"),
        "after": instant(Deployment.deployed_at, "gt"),
        **tenants(Deployment.tenant_id),
    },
    orders={
        "id": Deployment.id,
        "name": Deployment.name,
        "deployed_at": Deployment.deployed_at,
        "tenant_id": Deployment.tenant_id,
    },
)


def resources_of(database: Database, deployment_id: str) -> list[DeploymentResource]:
    """Return the files of a deployment, without their content."""
    query = (
        DeploymentResource.select(DeploymentResource.id, DeploymentResource.name, DeploymentResource.deployment_id)
        .where(DeploymentResource.deployment_id == deployment_id)
        .order_by(DeploymentResource.name)
    )
    return database.read(lambda: list(query))


def resource(database: Database, deployment_id: str, resource_id: str) -> DeploymentResource:
    """Return one file of a deployment. Raises NotFound."""
    return _one(database, deployment_id, DeploymentResource.id == resource_id, resource_id)


def resource_named(database: Database, deployment_id: str, name: str) -> DeploymentResource:
    """Return the file of that name. Raises NotFound."""
    return _one(database, deployment_id, DeploymentResource.name == name, name)


def _one(database: Database, deployment_id: str, condition: object, wanted: str) -> DeploymentResource:
    query = DeploymentResource.select().where((DeploymentResource.deployment_id == deployment_id) & condition)
    found = database.read(lambda: list(query))
    if not found:
        raise NotFound(wanted, kind="deployment resource")
    row: DeploymentResource = found[0]
    return row

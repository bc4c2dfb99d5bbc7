"""Forms that were deployed as `.form` files: found by the id that is written in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from app import json_text
from app.database.database import Database
from app.models.deployment import Deployment, DeploymentResource

MAX_FILES = 1000
"""How many `.form` files a search looks into."""


def deployed_form(
    database: Database, key: str, tenant_id: str | None, *, deployment_id: str | None = None, version: int | None = None
) -> bytes | None:
    """Return the form with that id: of a deployment, of a version (counted from the first), or the latest."""
    wanted = Deployment.tenant_id.is_null() if tenant_id is None else Deployment.tenant_id == tenant_id
    if deployment_id is not None:
        wanted = Deployment.id == deployment_id
    order = Deployment.deployed_at if version is not None else Deployment.deployed_at.desc()
    rows = (
        DeploymentResource.select(DeploymentResource.content)
        .join(Deployment, on=(DeploymentResource.deployment_id == Deployment.id))
        .where(wanted, DeploymentResource.name.endswith(".form"))
        .order_by(order, DeploymentResource.id)
        .limit(MAX_FILES)
    )
    return database.read(lambda: _nth(_of_key(rows, key), version or 1))


def _of_key(rows: Iterable[DeploymentResource], key: str) -> Iterator[bytes]:
    for row in rows:
        content = bytes(row.content)
        if key.encode() in content and _id_of(content) == key:
            yield content


def _nth(found: Iterator[bytes], number: int) -> bytes | None:
    return next((content for index, content in enumerate(found, 1) if index == number), None)


def _id_of(content: bytes) -> Any:
    try:
        form = json_text.read(content.decode())
    except ValueError:
        return None
    return form.get("id") if isinstance(form, dict) else None

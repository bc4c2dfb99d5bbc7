"""Routes of a definition by its id, and of the latest version of a key, without a tenant or with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.errors import rest_exception
from app.api.camunda.rest.routes import View, add_route
from app.api.components import components
from app.errors import NotFound
from app.queries import deployments
from app.queries.decision_definitions import latest_id
from app.queries.listing import Listing

BY_KEY = ("/key/<key>", "/key/<key>/tenant-id/<tenant_id>")


@dataclass(frozen=True, slots=True)
class DefinitionRoutes:
    """Adds the routes of one resource."""

    blueprint: CamundaBlueprint
    listing: Listing[Any]

    def __call__(self, suffix: str, method: str = "GET", **options: Any) -> Callable[[View], View]:
        """Add a route for a definition by its id, and for the latest version of a key."""

        def decorate(view: View) -> View:
            add_route(self.blueprint, f"/<id>{suffix}", view, method, **options)
            for path in BY_KEY:
                add_route(self.blueprint, f"{path}{suffix}", self._of_latest(view), method, **options)
            return view

        return decorate

    def _of_latest(self, view: View) -> View:
        @wraps(view)
        def of_latest(*arguments: Any, key: str, tenant_id: str | None = None) -> Response:
            return view(*arguments, id=self._latest_id(key, tenant_id))

        return of_latest

    def _latest_id(self, key: str, tenant_id: str | None) -> str:
        try:
            return latest_id(components.database, self.listing, key, tenant_id)
        except NotFound:
            tenant = "no tenant-id" if tenant_id is None else f"tenant-id: {tenant_id}"
            raise rest_exception(404, f"No matching {self.listing.kind} with key: {key} and {tenant}") from None

    def file_of(self, id: str) -> str:
        """Return the text of the file of a definition. Raises NotFound."""
        row = self.listing.get(components.database, id)
        file = deployments.resource_named(components.database, row.deployment_id, row.resource_name)
        return bytes(file.content).decode(errors="replace")

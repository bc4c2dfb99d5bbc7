"""Where a resource is: the links of answers, under the same form of the path as the request."""

from __future__ import annotations

from typing import Any

from flask import g, request

from app.api.camunda.rest.blueprint import PREFIX


def self_link(path: str) -> dict[str, Any]:
    """Return the link of a resource to itself; `path` begins at the engine's root."""
    engine = f"/engine/{g.engine_name}" if "engine_name" in g else ""
    return {"method": "GET", "href": f"{request.url_root.rstrip('/')}{PREFIX}{engine}{path}", "rel": "self"}

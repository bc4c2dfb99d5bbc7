"""/api/v1: what no dialect has. Errors are problem details (RFC 9457)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask
    from flask_smorest import Api


def register(app: Flask, api: Api) -> None:
    """Add every resource to the application and its documentation."""
    from app.api.operations import bulk, events, offered_tasks, outbox, topics, webhooks

    for resource in (bulk, offered_tasks, topics, events, webhooks, outbox):
        api.register_blueprint(resource.blueprint)

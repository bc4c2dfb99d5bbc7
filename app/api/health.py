"""Is the server there, is it ready, how much is waiting: for load balancers and Prometheus. No credential is needed."""

from __future__ import annotations

from flask import Blueprint, Flask, Response

from app.api.components import components
from app.api.dialect import reply
from app.queries.totals import answers, totals

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """Answer as long as the process answers at all."""
    return reply({"status": "up"})


@health.get("/readyz")
def readyz() -> Response:
    """Answer 200 when the database answers, else 503."""
    if answers(components.database):
        return reply({"status": "ready"})
    return reply({"status": "the database does not answer"}, 503)


@health.get("/metrics")
def metrics() -> Response:
    """Answer with totals in Prometheus' text format."""
    lines = [
        f"# HELP {total.name} {total.meaning}\n# TYPE {total.name} gauge\n{total.name} {total.value}\n"
        for total in totals(components.database)
    ]
    return Response("".join(lines), content_type="text/plain; version=0.0.4; charset=utf-8")


def register(app: Flask) -> None:
    """Add the routes to the app."""
    app.register_blueprint(health)

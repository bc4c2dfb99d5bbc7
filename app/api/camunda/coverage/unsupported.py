"""Routes of Camunda that Errand does not have: each answers 501 with the reason, never a bare 404."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response

from app.api.camunda.coverage.catalogue import routes, same_place
from app.api.camunda.rest.blueprint import PREFIX, require_credentials
from app.api.camunda.rest.errors import CamundaRefusal

REASONS = {
    "/authorization": "access is decided by the claims of the caller's token, not by authorizations in the database",
    "/case-": "there is no CMMN engine; model cases as BPMN processes",
    "/history/case-": "there is no CMMN engine; model cases as BPMN processes",
    "/filter": "filters belong to Camunda's task list, which is not part of Errand",
    "/group": "users and groups live with the issuer of the tokens",
    "/identity": "users and groups live with the issuer of the tokens",
    "/user": "users and groups live with the issuer of the tokens",
    "/tenant": "tenants need no registration: a deployment names its tenant",
    "/history/user-operation": "operations are not logged by user",
    "/history/identity-link-log": "changes of a task's candidates are not logged",
    "/history/job-log": "the history keeps a job's last failure with its incident",
    "/metrics": "totals are read by name, at /metrics/{name}/sum; Prometheus reads /metrics at the root",
    "/task": "a task belongs to a process: start one with a user task in it",
    "/telemetry": "Errand sends no telemetry",
    "/schema/log": "the schema's version is in the table schema_version",
}
DEFAULT = "it is not implemented"


def add_unsupported(app: Flask) -> int:
    """Add the routes of Camunda that no resource has added, and return how many there are."""
    known = {
        (method, same_place(rule.rule.removeprefix(PREFIX)))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{PREFIX}/")
        for method in rule.methods or ()
    }
    missing = [(method, path) for method, path in routes() if (method, same_place(path)) not in known]
    for number, (method, path) in enumerate(missing):
        rule = path.replace("{", "<").replace("}", ">").replace("-id>", "_id>").replace("-name>", "_name>")
        view = _refusing(f"{method} {path}", reason_of(path))
        app.add_url_rule(f"{PREFIX}{rule}", f"unsupported {number}", view, methods=[method])
    return len(missing)


def reason_of(path: str) -> str:
    """Return why a route is not there."""
    by_start = (reason for start, reason in REASONS.items() if path.startswith(start))
    return next(by_start, DEFAULT)


def _refusing(route: str, reason: str) -> Any:
    def refuse(**_: Any) -> Response:
        require_credentials()
        raise CamundaRefusal(501, "NotSupportedException", f"Errand does not support {route}: {reason}")

    return refuse

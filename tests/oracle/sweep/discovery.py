"""Names for the ids of what was seeded: by its place, never by the order in which it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from tests.oracle.sweep.server import Server

Row = Mapping[str, Any]


def discover(server: Server) -> None:
    """Read the lists and remember every id under a name that the other server gives it too."""
    for row in _rows(server, "/deployment", "deploymentTime"):
        _learn(server, f"deployment:{row['name']}:{row['tenantId']}", row["id"])
    for row in server.ask("GET", "/process-definition"):
        _learn(server, f"definition:{row['key']}:{row['version']}:{row['tenantId']}", row["id"], once=True)
    _instances(server)
    _activities(server)
    for path, name_of in LISTS.items():
        for row in server.ask("GET", path):
            _learn(server, name_of(server, row), row["id"])
    _executions(server)


def _rows(server: Server, path: str, sort_by: str) -> Any:
    return server.ask("GET", path, sortBy=sort_by, sortOrder="asc")


def _learn(server: Server, name: str, id: str | None, *, once: bool = False) -> None:
    """Give the first of several things at one place the plain name, the others numbers; `once`: there is only one."""
    if id in server.names:
        return
    number, numbered = 1, name
    while numbered in server.ids and not once:
        number += 1
        numbered = f"{name}#{number}"
    server.learn(numbered, id)


def _instances(server: Server) -> None:
    rows = {row["id"]: row for row in server.ask("GET", "/history/process-instance")}
    for row in rows.values():
        caller = rows.get(row["superProcessInstanceId"] or "")
        name = row["businessKey"] or (f"{row['processDefinitionKey']}<{caller['businessKey']}" if caller else "")
        if name:
            server.learn(f"instance:{name}", row["id"])


def _activities(server: Server) -> None:
    seen: Counter[str] = Counter()
    for row in server.ask("GET", "/history/activity-instance"):
        name = f"{_place(server, row)}:{row['activityId']}"
        _learn(server, f"activity:{name}", row["id"])
        seen[name] += 1
        if row["executionId"] not in server.names and not row["endTime"]:
            _learn(server, f"execution:{name}", row["executionId"])


def _executions(server: Server) -> None:
    for row in server.ask("GET", "/execution"):
        _learn(server, f"execution:{server.names.get(row['processInstanceId'])}", row["id"])


def _place(server: Server, row: Row) -> str:
    return server.names.get(row.get("processInstanceId") or "", "nowhere").removeprefix("instance:")


def _variable(server: Server, row: Row) -> str:
    scope = server.names.get(row.get("taskId") or row.get("activityInstanceId") or "", "")
    return f"variable:{_place(server, row)}:{row['name']}:{scope.partition(':')[0] if scope else ''}"


def _job(server: Server, row: Row) -> str:
    definition = server.names.get(row["jobDefinitionId"] or "", "none")
    return f"job:{_place(server, row)}:{definition}"


LISTS: Mapping[str, Callable[[Server, Row], str]] = {
    "/history/task": lambda server, row: f"task:{_place(server, row)}:{row['taskDefinitionKey']}",
    "/external-task": lambda server, row: f"external:{_place(server, row)}:{row['activityId']}",
    "/job-definition": lambda server, row: (
        f"job-definition:{server.names.get(row['processDefinitionId'])}:{row['activityId']}"
    ),
    "/job": _job,
    "/history/incident": lambda server, row: (
        f"incident:{_place(server, row)}:{row['activityId']}:{row['incidentType']}"
    ),
    "/history/variable-instance": _variable,
    "/history/batch": lambda _, row: f"batch:{row['type']}",
    "/event-subscription": lambda server, row: (
        f"subscription:{_place(server, row)}:{row['eventType']}:{row['activityId']}"
    ),
    "/history/external-task-log": lambda server, row: (
        f"log:{_place(server, row)}:{[each for each in row if each.endswith('Log') and row[each]]}"
    ),
}

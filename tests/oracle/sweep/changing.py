"""Operations that change something: each case on a target of its own, judged by the answer and by what comes of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from tests.oracle.sweep.bodies import base_of, variations
from tests.oracle.sweep.cases import Case, reading
from tests.oracle.sweep.comparing import difference, said
from tests.oracle.sweep.published import Operation
from tests.oracle.sweep.report import Deviation, Finding, reason_of
from tests.oracle.sweep.server import Answer, Server
from tests.oracle.sweep.sweep import Servers, finding
from tests.oracle.sweep.targets import Target, aim, target_of
from tests.oracle.sweep.values import NOWHERE

READ = ("GET", "OPTIONS")
VIEWS = (
    "/process-instance/@{instance}/activity-instances",
    "/process-instance/@{instance}/comment",
    "/history/process-instance/@{instance}",
    *(
        f"/{noun}?processInstanceId=@{{instance}}"
        for noun in ("history/variable-instance", "task", "external-task", "job", "history/incident")
    ),
)
"""What is looked at after a change."""
INNER = {
    "{key}": "@{key}",
    "{tenant-id}": "north",
    "{varName}": "amount",
    "{messageName}": "paid",
    "{commentId}": "@{comment}",
    "{attachmentId}": "@{attachment}",
    "{userId}": "kermit",
    "{groupId}": "sales",
}
_numbers = itertools.count(1)


def changing(servers: Servers, operation: Operation, known: list[Deviation]) -> Iterator[Finding]:
    """Yield the findings of an operation that changes something; none for one that only reads."""
    if operation.method in READ or next(reading(operation), None) is not None:
        return
    for subject, place, query, body in _requests(operation):
        case = Case(operation.name, subject, operation.method, place, query, body)
        yield from _tried(servers, operation, case, known)


def _requests(operation: Operation) -> Iterator[tuple[str, str, Any, Any]]:
    place = operation.path.replace("{id}", "@{target}")
    for name, value in INNER.items():
        place = place.replace(name, value)
    base = base_of(operation)
    for subject, body in [("", None)] if base is None else variations(operation, base):
        yield subject, place, (), body
    for parameter in operation.parameters:
        for text in ("true", "false", "x") if parameter.type == "boolean" else (NOWHERE, ""):
            yield parameter.name, place, ((parameter.name, text),), base
    if "@{" in place:
        yield "unknown id", place.replace("@{target}", NOWHERE).replace("@{key}", NOWHERE), (), base


def _tried(servers: Servers, operation: Operation, case: Case, known: list[Deviation]) -> Iterator[Finding]:
    key = f"case{next(_numbers)}"
    make = target_of(operation.path)
    one, two = (_answer(server, make, key, case) for server in servers)
    found = finding(servers, case, one, two, known)
    yield found
    if make is not None and found.difference is None and one.status < 300 and "sync" not in case.path:
        yield from _effects(servers, case, known)


def _answer(server: Server, make: Target | None, key: str, case: Case) -> Answer:
    aim(server, "case", key)
    if make is not None:
        aim(server, "target", make(server, key))
    form = {"data": ("data.bin", "hello"), "valueType": (None, "Bytes")} if case.path.endswith("/data") else None
    return server.call(case.method, case.path, case.query, case.body, form)


def _effects(servers: Servers, case: Case, known: list[Deviation]) -> Iterator[Finding]:
    for view in VIEWS:
        path, _, query = view.partition("?")
        name, _, value = query.partition("=")
        pairs = ((name, value),) if name else ()
        first, second = (said(server, server.call("GET", path, pairs)) for server in servers)
        differs = difference(first, second)
        if differs is not None:
            text = f"afterwards {path}: {differs}"
            reason = reason_of(known, case.operation, case.subject, text, case.text)
            yield Finding(case.operation, case.subject, case.text, text, reason)

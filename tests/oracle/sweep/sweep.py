"""Ask both servers the same and compare what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tests.oracle.sweep.cases import Case
from tests.oracle.sweep.comparing import difference, members, said
from tests.oracle.sweep.report import Deviation, Finding, reason_of
from tests.oracle.sweep.server import Answer, Server

Servers = tuple[Server, Server]
NOT_THERE = 501


def compare(servers: Servers, cases: Iterable[Case], known: list[Deviation]) -> Iterator[Finding]:
    """Yield one finding a case; what the rows differ in is told once, at the first list that is not narrowed."""
    told: frozenset[str] = frozenset()
    for case in cases:
        one, two = (server.call(case.method, case.path, case.query, case.body) for server in servers)
        yield finding(servers, case, one, two, known, told)
        if not case.subject:
            told |= members(said(servers[0], one), said(servers[1], two))


def finding(
    servers: Servers, case: Case, one: Answer, two: Answer, known: list[Deviation], told: frozenset[str] = frozenset()
) -> Finding:
    """Compare the answers to one request."""
    found = difference(said(servers[0], one), said(servers[1], two), ordered=case.ordered, paged=case.paged, known=told)
    if found == "order" and _both_sorted(case, one, two):
        found = None
    reason = None if found is None else reason_of(known, case.operation, case.subject, found, case.text)
    return Finding(case.operation, case.subject, case.text, found, reason, two.status == NOT_THERE)


KEYS = {
    "instanceId": "id",
    "definitionKey": "processDefinitionKey",
    "definitionId": "processDefinitionId",
    "processInstanceId": "processInstanceId",
    "activityInstanceId": "id",
    "occurrence": "id",
    "taskId": "id",
}
"""Members of a row that a sorting is by, where they are not called the same."""


def _both_sorted(case: Case, one: Answer, two: Answer) -> bool:
    """Tell whether both lists are in the order that was asked for, so that only ties differ."""
    asked = dict(case.query) if case.query else case.body["sorting"][0]
    key = KEYS.get(asked["sortBy"], asked["sortBy"])
    sequences = [[row.get(key) for row in answer.body] for answer in (one, two)]
    if all(each is None for sequence in sequences for each in sequence):
        return False
    return all(_sorted(sequence, asked["sortOrder"] == "desc") for sequence in sequences)


def _sorted(values: list[Any], descending: bool) -> bool:
    """Tell whether the values are sorted; those that are null stand together at one end."""
    present = [str(each) if not isinstance(each, int | float) else each for each in values if each is not None]
    empty = [number for number, each in enumerate(values) if each is None]
    together = not empty or empty in (list(range(len(empty))), list(range(len(present), len(values))))
    return together and present == sorted(present, reverse=descending)

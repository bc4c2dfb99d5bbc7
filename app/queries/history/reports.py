"""How long things took, by month or quarter, and how many tasks were done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import peewee

from app.database.database import Database
from app.models.process_definition import ProcessDefinition
from app.models.process_instance import ProcessInstance
from app.models.user_task import UserTask
from app.queries.conditions import Criteria, instant, one_of
from app.queries.listing import Listing

Unit = Literal["MONTH", "QUARTER"]
MONTHS = {"MONTH": 1, "QUARTER": 3}


@dataclass(frozen=True, slots=True)
class DurationOfPeriod:
    """Shortest, longest and mean duration in ms of what began in a month (1 to 12) or quarter (1 to 4) of any year."""

    period: int
    unit: Unit
    minimum: int
    maximum: int
    average: int


@dataclass(frozen=True, slots=True)
class TaskCount:
    """How many tasks of one name, or (`name` None) of one process definition were done."""

    name: str | None
    count: int
    definition_id: str
    definition_key: str
    definition_name: str | None
    tenant_id: str | None


ENDED_INSTANCES = Listing(
    "ended process instance",
    ProcessInstance,
    filters={
        "definition_ids": one_of(ProcessInstance.definition_id),
        "definition_keys": one_of(ProcessInstance.definition_key),
        "started_after": instant(ProcessInstance.started_at, "gteq"),
        "started_before": instant(ProcessInstance.started_at, "lteq"),
    },
    orders={},
    base=ProcessInstance.ended_at.is_null(False),
)
ENDED_TASKS = Listing(
    "ended user task",
    UserTask,
    filters={
        "ended_after": instant(UserTask.ended_at, "gteq"),
        "ended_before": instant(UserTask.ended_at, "lteq"),
    },
    orders={},
    base=UserTask.ended_at.is_null(False),
)


def instance_durations(database: Database, criteria: Criteria, unit: Unit) -> list[DurationOfPeriod]:
    """Return how long the instances took that meet criteria of `ENDED_INSTANCES`, by the period of their start, UTC."""
    return _durations(database, ENDED_INSTANCES, ProcessInstance.started_at, criteria, unit)


def task_durations(database: Database, criteria: Criteria, unit: Unit) -> list[DurationOfPeriod]:
    """Return how long the tasks took that meet criteria of `ENDED_TASKS`, by the period of their creation, UTC."""
    return _durations(database, ENDED_TASKS, UserTask.created_at, criteria, unit)


def _durations(
    database: Database, listing: Listing[Any], start: Any, criteria: Criteria, unit: Unit
) -> list[DurationOfPeriod]:
    took = listing.model.ended_at - start

    def work() -> list[DurationOfPeriod]:
        (bounds,) = listing.select(criteria, peewee.fn.MIN(start), peewee.fn.MAX(start)).tuples()
        if bounds[0] is None:
            return []
        numbers = (peewee.fn.MIN(took), peewee.fn.MAX(took), peewee.fn.SUM(took), peewee.fn.COUNT(peewee.SQL("1")))
        found: dict[int, list[Any]] = {}
        for period, begin, end in _periods(bounds[0], bounds[1], MONTHS[unit]):
            (row,) = listing.select(criteria, *numbers).where(start >= begin, start < end).tuples()
            if row[3]:
                found.setdefault(period, []).append(row)
        return [_merged(period, unit, rows) for period, rows in sorted(found.items())]

    return database.read(work)


def task_counts(database: Database, criteria: Criteria, *, by_name: bool) -> list[TaskCount]:
    """Return how many of the tasks that meet criteria of `ENDED_TASKS` were done, by name too or not."""
    name = UserTask.name if by_name else peewee.Value(None)
    groups = (UserTask.definition_id, UserTask.definition_key, ProcessDefinition.name, UserTask.tenant_id)
    query: Any = (
        ENDED_TASKS.select(criteria, name, peewee.fn.COUNT(UserTask.id), *groups)
        .join(ProcessDefinition, on=(ProcessDefinition.id == UserTask.definition_id))
        .group_by(*groups, *([UserTask.name] if by_name else []))
        .order_by(*([UserTask.name] if by_name else []), UserTask.definition_id)
        .tuples()
    )
    return database.read(lambda: [TaskCount(*row) for row in query])


def _periods(first: int, last: int, months: int) -> Iterator[tuple[int, int, int]]:
    """Yield (number within its year, begin, end) of every period from the first instant to the last."""
    day = datetime.fromtimestamp(first / 1000, UTC)
    number = day.year * 12 + day.month - 1
    number -= number % months
    while _month_begins(number) <= last:
        yield number % 12 // months + 1, _month_begins(number), _month_begins(number + months)
        number += months


def _month_begins(number: int) -> int:
    return int(datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC).timestamp()) * 1000


def _merged(period: int, unit: Unit, rows: list[Any]) -> DurationOfPeriod:
    total, count = sum(int(row[2]) for row in rows), sum(row[3] for row in rows)
    return DurationOfPeriod(period, unit, min(row[0] for row in rows), max(row[1] for row in rows), total // count)

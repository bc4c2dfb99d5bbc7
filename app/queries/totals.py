"""How much there is of everything, for monitoring: each total is one look at an index."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

import peewee

from app import clock
from app.bpmn.states import IncidentState
from app.database.database import Database
from app.models import ExternalTask, Incident, InstanceState, Job


@dataclass(frozen=True, slots=True)
class Total:
    """One number, with its name and meaning in the words of Prometheus."""

    name: str
    meaning: str
    value: int


QUERIES: dict[str, tuple[str, peewee.ModelSelect[Any]]] = {
    "errand_external_tasks_open": ("External tasks that have not ended", ExternalTask.select()),
    "errand_external_tasks_ready": (
        "External tasks that wait for a worker",
        ExternalTask.select().where(peewee.SQL("ready = 1")),
    ),
    "errand_process_trees_running": ("Process instances that run, without those they called", InstanceState.select()),
    "errand_incidents_open": (
        "Incidents that wait for a person",
        Incident.select().where(Incident.state == IncidentState.OPEN),
    ),
}


def _due(now_ms: int) -> Any:
    return peewee.SQL("retries > 0") & ~Job.suspended & (Job.due_at.is_null() | (Job.due_at <= now_ms))


def totals(database: Database) -> list[Total]:
    """Return all totals of one moment."""
    with database.reading():
        found = [Total(name, meaning, query.bind(database).count()) for name, (meaning, query) in QUERIES.items()]
        overdue = Job.select().where(_due(clock.now_ms())).count()
    return [*found, Total("errand_jobs_due", "Timers and continuations that should have run", overdue)]


def answers(database: Database) -> bool:
    """Tell whether the database answers a query."""
    try:
        database.read(lambda: database.rows("SELECT 1", ()))
    except (peewee.PeeweeException, sqlite3.Error, OSError):
        return False
    return True

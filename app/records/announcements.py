"""Hints that go out after the commit: tasks may be fetched, jobs may be due."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from app import signals
from app.database.database import Database


def announce_tasks(database: Database, topics: Mapping[str, int]) -> None:
    """After the commit, say that tasks of these topics may be fetched (topic → how many)."""
    if topics:
        database.after_commit(partial(signals.tasks_available.send, database, topics=topics))


def announce_jobs(database: Database) -> None:
    """After the commit, say that jobs may be due."""
    database.after_commit(partial(signals.jobs_due.send, database))

"""The history's clean-up under load: it goes on in small pieces, and the workers hardly notice."""

from __future__ import annotations

import argparse
import time

from app.models import ActivityInstance, ExternalTaskLog, ProcessInstance
from app.models.database import open_database
from benchmarks import scenarios, seed
from benchmarks.ceilings import Ceilings
from benchmarks.report import Table
from benchmarks.servers import errand, fresh

CONNECTIONS = 16


def measure(url: str, bare: Ceilings, table: Table, arguments: argparse.Namespace) -> None:
    """Print the throughput with a history that stays and with one whose time is over, and how fast it goes."""
    rows = 1_000_000 if arguments.large else 100_000
    usual = 0.0
    for overdue in (False, True):
        with fresh(url) as own:
            seed.history(own, rows, removal_at="1" if overdue else "NULL")
            with errand(own) as server:
                scenarios.deploy(server)
                scenarios.start_instances(server, int(3_000 * arguments.seconds), connections=32)
            began = time.perf_counter()
            with errand(own, timers="on") as server:  # begins to clean up at once
                result = scenarios.work(server, CONNECTIONS, arguments.seconds)
                gone = (rows - remaining(own)) / (time.perf_counter() - began)
        rate = result.rate("completed")
        usual = usual or rate
        table.line(
            f"work while history {'is removed' if overdue else 'stays'} ({rows:.0e} rows)",
            f"{rate:.0f} tasks/s",
            f"{rate / usual:.2f} × undisturbed; p99 {result.percentile(0.99):.1f} ms; {result.errors} errors; "
            f"{max(0.0, gone):.0f} rows of the old history removed per second",
        )


def remaining(url: str) -> int:
    """Count the seeded rows that are still there."""
    database = open_database(url)
    tables = (ProcessInstance.root_id, ActivityInstance.root_id, ExternalTaskLog.root_id)
    try:
        return database.read(
            lambda: sum(int(column.model.select().where(column.startswith("past-")).count()) for column in tables)
        )
    finally:
        database.close()

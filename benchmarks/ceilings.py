"""What the machine gives in this minute: the bare framework and the bare databases, to divide our figures by."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.load import Result, Scenario, request, run
from benchmarks.machine import Machine
from benchmarks.report import Table
from benchmarks.servers import POSTGRES_BINARIES, free_port

BARE_CONFIG = "from app.serving.gunicorn import *\ndel when_ready, post_worker_init, worker_exit\n"
BARE_APP = "from flask import Flask\napp = Flask('bare')\n@app.post('/bare')\ndef bare():\n    return '', 204\n"


@dataclass(frozen=True)
class Ceilings:
    """The machine, requests per second of its bare framework, durable transactions per second of its bare database."""

    machine: Machine
    framework: float
    database: float


def bare_database(name: str, url: str, table: Table, machine: Machine) -> float:
    """Measure what the database gives without Errand: single-row transactions, each durable."""
    if name == "SQLite":
        what, measure = "single-row update, durable, one connection", bare_sqlite
    else:
        what, measure = "pgbench -N -c 8", _pgbench_of(url)
    rate = median(machine.steadily(measure, 3))
    table.line(what, f"{rate:.0f} /s")
    return rate


def bare_framework(table: Table, machine: Machine, seconds: float = 1, connections: int = 64) -> float:
    """Measure requests per second of an empty Flask view under the same gunicorn settings."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "bare.py").write_text(BARE_APP)
        Path(folder, "settings.py").write_text(BARE_CONFIG)
        command = [sys.executable, "-m", "gunicorn", "-c", "settings.py", "-b", f"127.0.0.1:{port}", "bare:app"]
        environment = {**os.environ, "ERRAND_CONFIG": "testing", "PYTHONPATH": str(Path(__file__).parents[1])}
        server = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)
        try:
            _wait(port)
            rate = median(machine.steadily(lambda: _requests_per_second(port, connections, seconds)))
            table.line("bare Flask view under gunicorn", f"{rate:.0f} requests/s")
            return rate
        finally:
            server.terminate()
            server.wait(40)


def _requests_per_second(port: int, connections: int, seconds: float) -> float:
    body = request("POST", "/bare", b"{}")

    def scenario(_: int, result: Result) -> Scenario:
        while True:
            yield body
            result.count("answers")

    return run(f"http://127.0.0.1:{port}", scenario, connections, seconds).rate("answers")


def _wait(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the bare server did not start")


def bare_sqlite(seconds: float = 1) -> float:
    """Measure single-row updates per second, each in a durable transaction of its own."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(f"{folder}/bare.db", isolation_level=None)
        database.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER, n INTEGER)"
        )
        database.execute("INSERT INTO t VALUES (1, 0)")
        until, updates = time.perf_counter() + seconds, 0
        while time.perf_counter() < until:
            database.execute("UPDATE t SET n = n + 1 WHERE id = 1")
            updates += 1
        database.close()
    return updates / seconds


def _pgbench_of(database_url: str, seconds: int = 2, clients: int = 8) -> Callable[[], float]:
    """Prepare `pgbench -N` in the Postgres that is measured; return what runs it and gives its transactions per
    second."""
    binary = str(POSTGRES_BINARIES / "pgbench")
    subprocess.run([binary, "-q", "-i", "-s", "10", database_url], check=True, capture_output=True)
    command = [binary, "-N", "-c", str(clients), "-j", "2", "-T", str(seconds), database_url]

    def pgbench() -> float:
        report = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return float(re.findall(r"tps = ([\d.]+)", report)[-1])

    return pgbench

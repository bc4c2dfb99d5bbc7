"""What only a whole server shows: how it starts, refuses to start, and ends."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path
from typing import Any

import httpx

from tests.server.running import ERRAND, running_server

POLL = {
    "workerId": "worker",
    "maxTasks": 1,
    "asyncResponseTimeout": 60_000,
    "topics": [{"topicName": "nothing", "lockDuration": 1000}],
}


def test_sigterm_answers_parked_polls_and_ends(database_url: str) -> None:
    answers: list[tuple[int, Any]] = []
    with running_server(database_url) as server:

        def poll() -> None:
            with server.client(timeout=60) as client:
                answer = client.post("/engine-rest/external-task/fetchAndLock", json=POLL)
                answers.append((answer.status_code, answer.json()))

        pollers = [threading.Thread(target=poll) for _ in range(3)]
        for poller in pollers:
            poller.start()
        server.wait_until_parked(3)
        assert server.terminate() == 0
        for poller in pollers:
            poller.join()
    assert answers == [(200, [])] * 3  # within the time in which a server must end, where a poll may wait a minute


def test_health_and_metrics_need_no_credential(database_url: str) -> None:
    with running_server(database_url) as server, httpx.Client(base_url=server.url) as client:
        assert client.get("/healthz").json() == {"status": "up"}
        assert client.get("/readyz").json() == {"status": "ready"}
        assert "\nerrand_external_tasks_open 0\n" in client.get("/metrics").text


def test_production_says_what_to_set_before_it_starts(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ERRAND_")}
    refused = subprocess.run([ERRAND, "serve"], env=environ, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Set ERRAND_JWT_SECRET" in refused.stderr
    assert list(tmp_path.iterdir()) == []

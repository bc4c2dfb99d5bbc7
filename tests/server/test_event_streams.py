"""Event streams of a whole server: across its processes, with an end at shutdown."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx

from tests.builders import one_task
from tests.server.running import RunningServer, running_server

TOLD = ["process_started", "activity_reached", "external_task_created"]
STREAMS = 6
"""So many that both processes serve some."""


def listen(server: RunningServer, opened: threading.Barrier, heard: threading.Barrier, found: list[str]) -> None:
    """Read event types until the server ends the stream; meet the others when it is open and when all is heard."""
    with server.client(timeout=30) as client, client.stream("GET", "/api/v1/events") as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        lines: Iterator[str] = answer.iter_lines()
        assert next(lines) == "retry: 1000"
        opened.wait(30)
        for line in lines:
            if line.startswith("event: "):
                found.append(line.removeprefix("event: "))
                if len(found) == len(TOLD):
                    heard.wait(30)


def deploy_and_start(client: httpx.Client) -> None:
    model = {"model": ("model.bpmn", one_task().encode())}
    client.post("/engine-rest/deployment/create", files=model, data={"deployment-name": "x"}).raise_for_status()
    client.post("/engine-rest/process-definition/key/process/start", json={}).raise_for_status()


def test_streams_of_all_processes_hear_of_a_commit_and_end_with_the_server(database_url: str) -> None:
    opened, heard = threading.Barrier(STREAMS + 1), threading.Barrier(STREAMS + 1)
    found: list[list[str]] = [[] for _ in range(STREAMS)]
    with running_server(database_url) as server:
        readers = [threading.Thread(target=listen, args=(server, opened, heard, each)) for each in found]
        for reader in readers:
            reader.start()
        opened.wait(30)
        with server.client(timeout=30) as client:
            deploy_and_start(client)
        heard.wait(30)
        assert server.terminate() == 0
        for reader in readers:
            reader.join(30)
    assert found == [TOLD] * STREAMS

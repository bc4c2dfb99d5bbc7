"""Jobs that make each other due for ever neither keep the server from stopping nor from forgetting what is over."""

from __future__ import annotations

import threading

from flask import Flask
from flask.testing import FlaskClient

from tests.builders import deploy, flow, process, start

ENDLESS = process(
    '<startEvent id="start"/>',
    '<task id="again" camunda:asyncBefore="true"/>',
    flow("start", "again"),
    flow("again", "again"),
)


def test_an_endless_loop_of_continuations_lets_the_runner_tidy_up_and_stop(client: FlaskClient, app: Flask) -> None:
    components = app.extensions["errand"]
    deploy(client, ENDLESS)
    start(client)
    tidied = threading.Event()
    components.retention.clean_up_some = lambda: tidied.set() or 0
    runner = components.job_runner
    runner.enabled = True
    runner.start()
    assert tidied.wait(10)
    runner.stop()
    assert not runner._thread.is_alive()

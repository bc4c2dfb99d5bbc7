"""Do by HTTP all the work that a server has, until nothing runs."""

from __future__ import annotations

from typing import Any

from flask import Flask

from app import clock
from app.api.components import Components
from tests.builders import bearer, fetch

_TOPICS = ("work", "slow", "repair", "after", "decide", "right", "undo")
_ROUNDS = 20


class Operator:
    """The people and workers of an installation."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.components: Components = app.extensions["errand"]

    def get(self, path: str, **parameters: Any) -> Any:
        """Return what a GET below Camunda's prefix answers."""
        response = self.client.get(f"/engine-rest{path}", query_string=parameters, headers=bearer())
        assert response.status_code == 200, response.text
        return response.get_json()

    def send(self, method: str, path: str, body: Any = None) -> None:
        """Change something."""
        response = self.client.open(f"/engine-rest{path}", method=method, json=body or {}, headers=bearer())
        assert response.status_code < 300, response.text

    def release_what_waits(self) -> None:
        """Do what time and workers do not: activate, retry, correlate, signal, and meet a condition."""
        for instance in self.get("/process-instance", suspended="true"):
            self.send("PUT", f"/process-instance/{instance['id']}/suspended", {"suspended": False})
        for task in self.get("/external-task", noRetriesLeft="true"):
            self.send("PUT", f"/external-task/{task['id']}/retries", {"retries": 1})
        (failed,) = self.get("/job", noRetriesLeft="true")
        self._set(failed["processInstanceId"], "known", "work")
        self.send("PUT", f"/job/{failed['id']}/retries", {"retries": 1})
        (waiting,) = self.get("/process-instance", processDefinitionKey="condition")
        self._set(waiting["id"], "amount", 11)
        self.send("POST", "/message", {"messageName": "paid", "all": True})
        self.send("POST", "/signal", {"name": "alarm"})

    def work_until_the_end(self) -> None:
        """Let time pass, run jobs, complete tasks of both kinds, as long as an instance runs."""
        for _ in range(_ROUNDS):
            self.components.job_runner.run_due()
            for task in fetch(self.client, *_TOPICS, max_tasks=100, worker_id="new worker"):
                self.send("POST", f"/external-task/{task['id']}/complete", {"workerId": "new worker"})
            for task in self.get("/task"):
                self.send("POST", f"/task/{task['id']}/complete")
            clock.advance(600_000)
            if not self.get("/process-instance"):
                return

    def _set(self, instance_id: str, name: str, value: Any) -> None:
        self.send("PUT", f"/process-instance/{instance_id}/variables/{name}", {"value": value})

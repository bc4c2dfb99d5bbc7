"""A worker's side of Camunda's REST API: fetch, complete, fail, unlock."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

WAIT_MS = 20_000
PATIENCE_S = 30.0
MAX_ERROR_LENGTH = 500


class ServerFailed(Exception):
    """The server could not be asked, or refused."""


class WorkerClient:
    """Fetch tasks of one topic and report on them, as one worker. Every verb raises ServerFailed."""

    def __init__(self, url: str, token: str | None, worker_id: str, topic: str, lock_duration_ms: int) -> None:
        if not url.startswith(("http://", "https://")):
            raise ServerFailed("The URL of the server must begin with https:// or http://.")
        self._base = f"{url.rstrip('/')}/engine-rest/external-task"
        self._token = token
        self._worker = {"workerId": worker_id}
        self._topic = {"topicName": topic, "lockDuration": lock_duration_ms, "deserializeValues": True}

    def fetch(self, *, wait: bool) -> dict[str, Any] | None:
        """Return a locked task, None when there is none now (or, with `wait`, within 20 seconds)."""
        body = {**self._worker, "maxTasks": 1, "usePriority": True, "topics": [self._topic]}
        found = self._post("fetchAndLock", body | ({"asyncResponseTimeout": WAIT_MS} if wait else {}))
        return found[0] if found else None

    def complete(self, task: Mapping[str, Any], variables: Mapping[str, Any]) -> None:
        """Complete a task."""
        self._post(f"{task['id']}/complete", {**self._worker, "variables": variables})

    def fail(self, task: Mapping[str, Any], details: str, retries: int, retry_after_ms: int) -> None:
        """Report that a task failed."""
        message = f"The HTTP request failed: {details}"[:MAX_ERROR_LENGTH]
        told = {"errorMessage": message, "errorDetails": details, "retries": retries, "retryTimeout": retry_after_ms}
        self._post(f"{task['id']}/failure", {**self._worker, **told})

    def unlock(self, task: Mapping[str, Any]) -> None:
        """Give a task back."""
        self._post(f"{task['id']}/unlock", {})

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        headers = {"Content-Type": "application/json"}
        if self._token is not None:  # a development server may admit everybody
            headers["Authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(  # the scheme was checked when the client was made
            f"{self._base}/{path}", json.dumps(body).encode(), headers, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # as above
                content = answer.read()
        except urllib.error.HTTPError as error:
            text = error.read(MAX_ERROR_LENGTH).decode("utf-8", "replace")
            raise ServerFailed(f"The server answered {error.code}: {text}") from None
        except OSError as error:
            raise ServerFailed(f"The server does not answer: {error}") from None
        return json.loads(content) if content else None

"""The answers of a running Camunda."""

from __future__ import annotations

from typing import Any

import httpx

from tests.oracle.dmn.cases import REFUSED, Answer, Case


class Camunda:
    """The REST API of an engine."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=30)

    def version(self) -> str:
        """Return the engine's version."""
        return str(self._client.get("/version").json()["version"])

    def answers(self, case: Case) -> list[Answer]:
        """Deploy the file, ask all questions, remove the deployment."""
        files = {"file": ("case.dmn", case.xml.encode(), "application/octet-stream")}
        deployed = self._client.post("/deployment/create", data={"deployment-name": "random decisions"}, files=files)
        if deployed.status_code != 200:
            return [REFUSED] * len(case.questions)
        try:
            return [self._answer(case.key, question) for question in case.questions]
        finally:
            self._client.delete(f"/deployment/{deployed.json()['id']}", params={"cascade": "true"})

    def _answer(self, key: str, question: dict[str, tuple[str, Any]]) -> Answer:
        variables = {name: {"type": kind, "value": value} for name, (kind, value) in question.items()}
        answer = self._client.post(f"/decision-definition/key/{key}/evaluate", json={"variables": variables})
        if answer.status_code == 400 and "Null key for a Map" in answer.text:
            return [{"": ["Integer", 0]}]
        if answer.status_code != 200:
            return REFUSED
        return [{name: [one["type"], one["value"]] for name, one in row.items()} for row in answer.json()]

"""Requests of Camunda's REST API, said briefly: `rest.get("/task", processInstanceId=id)` is the parsed answer."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flask.testing import FlaskClient

from tests.builders import bearer, deploy, flow, process

Answer = tuple[int, Any]
DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000"


@dataclass(frozen=True)
class Rest:
    """A caller who may do everything."""

    client: FlaskClient

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Send a request and return the whole response."""
        headers = {**bearer(), **options.pop("headers", {})}
        return self.client.open(f"/engine-rest{path}", method=method, headers=headers, **options)

    def answer(self, method: str, path: str, body: Any = None, **parameters: Any) -> Answer:
        """Send a request and return the status and the parsed body, None without one."""
        options: dict[str, Any] = {"query_string": parameters}
        if body is not None:
            options["json"] = body
        response = self.call(method, path, **options)
        return response.status_code, response.get_json() if response.data else None

    def get(self, path: str, **parameters: Any) -> Any:
        """Return what a successful GET answers."""
        return successful(self.answer("GET", path, **parameters), 200)

    def post(self, path: str, body: Any = None, **parameters: Any) -> Any:
        """Return what a successful POST answers, None for 204."""
        return successful(self.answer("POST", path, {} if body is None else body, **parameters), 200, 204)

    def put(self, path: str, body: Any) -> None:
        """Change something."""
        successful(self.answer("PUT", path, body), 204)

    def delete(self, path: str, **parameters: Any) -> None:
        """Delete something."""
        successful(self.answer("DELETE", path, **parameters), 204)

    def upload(self, path: str, **parts: Any) -> Answer:
        """Post a form; bytes become a file part called `file.bin`, (name, bytes) one of that name."""
        form = {name.replace("_", "-"): _part(part) for name, part in parts.items()}
        response = self.call("POST", path, data=form, content_type="multipart/form-data")
        return response.status_code, response.get_json() if response.data else None

    def deploy(self, *models: str, **fields: str) -> Any:
        """Deploy models and return the deployment."""
        return deploy(self.client, *models, **fields)

    def start(self, key: str = "process", **body: Any) -> str:
        """Start an instance and return its id; `variables` are plain values."""
        variables = {name: {"value": value} for name, value in body.pop("variables", {}).items()}
        id: str = self.post(f"/process-definition/key/{key}/start", {**body, "variables": variables})["id"]
        return id


def successful(answer: Answer, *statuses: int) -> Any:
    """Return the body of an answer that has one of the statuses."""
    assert answer[0] in statuses, answer
    return answer[1]


def refusal(status: int, type: str, message: str, code: int | None = None) -> Answer:
    """Return the answer of a refusal."""
    return status, {"type": type, "message": message, "code": code}


def _part(part: Any) -> Any:
    if isinstance(part, bytes):
        part = ("file.bin", part)
    return (io.BytesIO(part[1]), part[0], *part[2:]) if isinstance(part, tuple) else part


def line(*elements: str, id: str = "process", definitions: str = "", **attributes: str) -> str:
    """Return the model start → each element in turn → end; elements are `<tag id="…" …/>`."""
    ids = ["start", *(element.split('id="', 1)[1].split('"', 1)[0] for element in elements), "end"]
    flows = [flow(source, target) for source, target in pairwise(ids)]
    parts = ['<startEvent id="start"/>', *elements, '<endEvent id="end"/>', *flows]
    return process(*parts, id=id, definitions=definitions, **attributes)


def user_task(id: str = "approve", **attributes: str) -> str:
    """Return a user task with attributes in Camunda's namespace."""
    more = "".join(f' camunda:{name}="{value}"' for name, value in attributes.items())
    return f'<userTask id="{id}" name="Approve"{more}/>'


def message_catch(id: str = "wait", name: str = "paid") -> tuple[str, str]:
    """Return an event that waits for a message, and the message's declaration."""
    event = f'<intermediateCatchEvent id="{id}"><messageEventDefinition messageRef="m_{id}"/></intermediateCatchEvent>'
    return event, f'<message id="m_{id}" name="{name}"/>'


def timer(id: str = "later", duration: str = "PT1H") -> str:
    """Return an event that waits for a time."""
    definition = f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"
    return f'<intermediateCatchEvent id="{id}">{definition}</intermediateCatchEvent>'

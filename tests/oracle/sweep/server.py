"""One of the two servers: requests by name, answers in words that both share."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

Query = Sequence[tuple[str, str]]
REFERENCE = re.compile(r"@\{([^}]+)\}")


@dataclass(frozen=True)
class Answer:
    """What a server said: the status, the parsed body (text where it is no JSON), the content type."""

    status: int
    body: Any
    content_type: str


@dataclass
class Server:
    """A server and the ids of what was made on it, by names that both servers share: `@{task:order-1:approve}`."""

    name: str
    url: str
    ids: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60, trust_env=False))

    def learn(self, name: str, id: str | None) -> None:
        """Remember an id by its name; the first one keeps it."""
        if id and name not in self.ids:
            self.ids[name] = id
            self.names.setdefault(id, name)

    def call(self, method: str, path: str, query: Query = (), body: Any = None, form: Any = None) -> Answer:
        """Send a request in which names stand for ids."""
        options: dict[str, Any] = {"params": [(name, self.filled(value)) for name, value in query]}
        if form is not None:
            options["files"] = [(name, (part[0], self.filled(part[1]))) for name, part in form.items()]
        elif body is not None:
            options["content"] = json.dumps(self.filled(body))
            options["headers"] = {"Content-Type": "application/json"}
        response = self.client.request(method, self.url + self.filled(path), **options)
        return _answer(response)

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """Return the body of a successful answer. Raises AssertionError."""
        answer = self.call(method, path, list(query.items()), body)
        assert answer.status < 300, f"{self.name}: {method} {path} {body} → {answer}"
        return answer.body

    def deploy(self, name: str, files: Mapping[str, str], **fields: str) -> Any:
        """Deploy files; fields are those of the form."""
        form: dict[str, tuple[str | None, str]] = {"deployment-name": (None, name)}
        form |= {key.replace("_", "-"): (None, value) for key, value in fields.items()}
        form |= {file: (file, text) for file, text in files.items()}
        answer = self.call("POST", "/deployment/create", form=form)
        assert answer.status == 200, f"{self.name}: {name} → {answer}"
        return answer.body

    def filled(self, value: Any) -> Any:
        """Return the value with ids for names; an unknown name stays as it is."""
        if isinstance(value, str):
            return REFERENCE.sub(lambda found: self.ids.get(found[1], found[0]), value)
        if isinstance(value, Mapping):
            return {key: self.filled(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.filled(each) for each in value]
        return value

    def knows(self, value: Any) -> bool:
        """Tell whether every name in the value has an id here."""
        return all(name in self.ids for name in REFERENCE.findall(json.dumps(value)))

    def until(self, path: str, count: int, **query: str) -> None:
        """Wait until a list has so many rows. Raises TimeoutError."""
        ends = time.monotonic() + 60
        while self.ask("GET", path, **query)["count"] != count:
            if time.monotonic() > ends:
                raise TimeoutError(f"{self.name}: {path} {query} never has {count} rows")
            time.sleep(0.2)


def _answer(response: httpx.Response) -> Answer:
    content_type = response.headers.get("Content-Type", "")
    try:
        body = response.json() if response.content else None
    except ValueError:
        body = response.text
    return Answer(response.status_code, body, content_type.partition(";")[0])

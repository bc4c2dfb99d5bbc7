"""Replays what a real Camunda 7.24 was asked and answered, and compares the answers.

In the recordings `SFX` stands for a text that is unique to the run, `<base>` for the address of the API, `<kind-n>`
for the n-th id of that kind (bound where it appears first), `<date>` for any date, `<n>` for any number, and a `9`
within
`<date:…>` for any digit.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from app import clock
from app.api.camunda.rest.dates import format_date

BASE = "/engine-rest"
ORIGIN = "http://localhost"
SUFFIX = "golden"
DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000"
PLACEHOLDER = re.compile(r"<(?:(?P<date>date)(?P<digits>:[^>]+)?|(?P<number>n)|(?P<id>[A-Za-z]+-\d+))>")
Bindings = dict[str, str]
Case = Mapping[str, Any]


def recorded_cases() -> list[Case]:
    """Return all recordings."""
    file = Path(__file__).parent / "data" / "transcripts.json.gz"
    cases: list[Case] = json.loads(gzip.decompress(file.read_bytes()))
    return cases


@dataclass
class Replay:
    """One case on one server. `waits` moves the clock: number of the entry → milliseconds before it."""

    app: Flask
    case: Case
    waits: Mapping[int, int] = field(default_factory=dict)
    bindings: Bindings = field(default_factory=dict)

    def run(self) -> list[str]:
        """Send all requests in turn and return what was answered otherwise than recorded."""
        problems, parked = [], None
        for number, entry in enumerate(self.case["entries"]):
            clock.advance(self.waits.get(number, 0))
            call = Call(self, entry)
            call.start()
            if parked is not None:
                call.join()
                problems += parked.problems()
                parked = None
            if "asyncResponseTimeout" in json.dumps(entry["request"]["body"]) and entry["response"]["status"] == 200:
                parked = call
            else:
                problems += [f"entry {number}: {problem}" for problem in call.problems()]
        return problems

    def fill(self, text: str) -> str:
        """Put the run's own values into a recorded text."""
        text = text.replace("SFX", SUFFIX)
        return PLACEHOLDER.sub(self._value, text)

    def _value(self, match: re.Match[str]) -> str:
        if match["id"]:
            return self.bindings[match[0]]
        now = str(format_date(clock.now_ms()))
        return now[: len(match["digits"] or now) - 1] if match["digits"] else now


class Call(threading.Thread):
    """One request; a thread, because a long poll is answered by what the next request does."""

    def __init__(self, replay: Replay, entry: Mapping[str, Any]) -> None:
        super().__init__()
        self.replay = replay
        self.request = entry["request"]
        self.expected = entry["response"]
        path = replay.fill(self.request["path"].replace("<base>", BASE))
        self.arguments = {"path": path, "method": self.request["method"], **self._body()}

    def _body(self) -> dict[str, Any]:
        body, content_type = self.request["body"], self.request["contentType"]
        if body is None:
            return {"content_type": content_type}
        if "files" in body:
            return {"data": self._form(body), "content_type": content_type}
        text = body["text"] if "text" in body else json.dumps(body["json"])
        return {"data": self.replay.fill(text).encode(), "content_type": content_type}

    def _form(self, body: Mapping[str, Any]) -> dict[str, Any]:
        models = self.replay.case["models"]
        form: dict[str, Any] = {name: self.replay.fill(value) for name, value in body["form"].items()}
        for name in body["files"]:
            model = self.replay.fill(models[name.removesuffix(".bpmn")])
            form[self.replay.fill(name)] = (io.BytesIO(model.encode()), self.replay.fill(name))
        return form

    def run(self) -> None:
        """Send the request."""
        self.answer = self.replay.app.test_client().open(**self.arguments)

    def problems(self) -> list[str]:
        """Wait for the answer and return how it differs."""
        self.join()
        what = f"{self.arguments['method']} {self.arguments['path']}"
        if self.answer.status_code != self.expected["status"]:
            return [f"{what}: {self.answer.status_code} {self.answer.text}, not {self.expected['status']}"]
        wrong = {
            name: self.answer.headers.get(name)
            for name, value in self.expected["headers"].items()
            if self.answer.headers.get(name) != value
        }
        found = [f"{what}: headers {wrong}"] if wrong else []
        return found + self._body_problems(what)

    def _body_problems(self, what: str) -> list[str]:
        body = self.expected["body"]
        if body is None:
            return [f"{what}: a body {self.answer.text}"] if self.answer.data else []
        if "text" in body:
            return [] if body["text"] == self.answer.text else [f"{what}: {self.answer.text}"]
        text = json.dumps(body["json"]).replace("SFX", SUFFIX).replace("<base>", ORIGIN + BASE)
        ordered = "sort" in json.dumps(self.request)
        found = matches(json.loads(text), self.answer.get_json(), self.replay.bindings, ordered=ordered)
        bindings = next(found, None)
        if bindings is None:
            return [f"{what}:\n  recorded {text}\n  answered {self.answer.text}"]
        self.replay.bindings = bindings
        return []


def matches(expected: Any, actual: Any, bindings: Bindings, *, ordered: bool = False) -> Iterator[Bindings]:
    """Yield every way to bind the placeholders of `expected` so that it equals `actual`; lists may be in any order,
    but an
    `ordered` one."""
    if isinstance(expected, dict):
        if isinstance(actual, dict) and len(expected) == len(actual):
            yield from _members(list(expected.items()), dict(actual), bindings)
    elif isinstance(expected, list):
        if isinstance(actual, list) and len(expected) == len(actual):
            yield from _elements(expected, actual, bindings, ordered)
    elif isinstance(expected, str) and PLACEHOLDER.search(expected):
        bound = _text(expected, actual, bindings)
        if bound is not None:
            yield bound
    elif expected == actual and type(expected) is type(actual):
        yield bindings


def _members(expected: list[tuple[str, Any]], actual: dict[str, Any], bindings: Bindings) -> Iterator[Bindings]:
    if not expected:
        yield bindings
        return
    (name, value), *others = expected
    for candidate in list(actual):
        for named in matches(name, candidate, bindings):
            remaining = {key: item for key, item in actual.items() if key != candidate}
            for bound in matches(value, actual[candidate], named):
                yield from _members(others, remaining, bound)


def _elements(expected: list[Any], actual: list[Any], bindings: Bindings, ordered: bool) -> Iterator[Bindings]:
    if not expected:
        yield bindings
        return
    for index, candidate in enumerate(actual[:1] if ordered else actual):
        for bound in matches(expected[0], candidate, bindings):
            yield from _elements(expected[1:], actual[:index] + actual[index + 1 :], bound, ordered)


def _text(expected: str, actual: Any, bindings: Bindings) -> Bindings | None:
    if expected == "<n>":
        return bindings if isinstance(actual, int) else None
    pieces, names, end = [], [], 0
    for match in PLACEHOLDER.finditer(expected):
        pieces += [re.escape(expected[end : match.start()]), _pattern(match, bindings, names)]
        end = match.end()
    found = re.fullmatch("".join([*pieces, re.escape(expected[end:])]), str(actual))
    if found is None or not isinstance(actual, str):
        return None
    new = dict(zip(names, found.groups(), strict=True))
    return {**bindings, **new}


def _pattern(match: re.Match[str], bindings: Bindings, names: list[str]) -> str:
    if match["id"] is None:
        return re.escape(match["digits"][1:]).replace("9", r"\d") if match["digits"] else DATE
    if match[0] in bindings:
        return re.escape(bindings[match[0]])
    names.append(match[0])
    return r"([0-9a-f]{8}-[0-9a-f-]{27})"

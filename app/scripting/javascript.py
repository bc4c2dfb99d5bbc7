"""The script engine: a request for the guest, and what its outcome means."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from app.bpmn.scripts import (
    UNDEFINED,
    ScriptFailed,
    ScriptOperation,
    ScriptOutcome,
    ScriptScope,
    ScriptTooLong,
    ThrownError,
)
from app.scripting.machine import MEMORY_BYTES, MachineStopped
from app.scripting.machines import WAIT_MS, Machines
from app.scripting.values import from_guest, to_guest, unreadable

LIMIT_MS = 1000
"""How long one evaluation may take, however much time its step has left."""
MAX_SOURCE = 200_000
"""Characters of a script."""
MAX_OPERATIONS = 10_000
_WORD = re.compile(r"\w+", re.ASCII)
_PROMISES = re.compile(r"\b(?:async|await|Promise)\b")
_REASONS = {
    "stack": "The script calls itself too deeply.",
    "memory": f"The script needs more memory than the {MEMORY_BYTES // 1024 // 1024} MiB that it may use.",
    "fault": "The script broke the machine that it ran on; the machine has been replaced.",
}


class JavaScript:
    """Evaluates JavaScript, each script in a context as new. Nothing is started before the first one."""

    def __init__(self) -> None:
        self._machines = Machines()

    def evaluate(
        self, source: str, scope: ScriptScope, objects: Sequence[str], now_ms: int, limit_ms: int | None = None
    ) -> ScriptOutcome:
        """Evaluate a script that sees the variables of a scope, and of the engine's objects those that are named.

        Only the variables whose names the script holds are sent; one that asks for others runs again with all.
        Raises ScriptFailed, ScriptTooLong.
        """
        words = _words(_bounded(source))
        known = ((name, scope.find(name)) for name in words)
        request = {
            "kind": "script",
            "source": source,
            "values": {name: to_guest(found) for name, found in known if found is not None},
            "objects": objects,
            "complete": False,
            "waits": _PROMISES.search(source) is not None,
        }
        if not words.isdisjoint(objects):
            request["facts"] = scope.facts()
        outcome = self._ask(request, now_ms, limit_ms)
        if outcome.get("wanting"):
            outcome = self._ask({**request, **_everything(scope)}, now_ms, limit_ms)
        return _outcome(outcome, scope)

    def call(
        self, body: str, arguments: Mapping[str, Any], self_value: Any, now_ms: int, limit_ms: int | None = None
    ) -> Any:
        """Evaluate the body of a function of these arguments (JSON values) and return its JSON value, `UNDEFINED` for
        none. Raises ScriptFailed, ScriptTooLong."""
        request = {
            "kind": "function",
            "source": _bounded(body),
            "parameters": list(arguments),
            "arguments": list(arguments.values()),
            "self": self_value,
        }
        return self._ask(request, now_ms, limit_ms).get("result", UNDEFINED)

    def problem(self, source: str, parameters: Sequence[str] | None = None) -> str | None:
        """Say why a text is no script, or with `parameters` no body of a function; None if it is one."""
        try:
            self._ask({"kind": "syntax", "source": _bounded(source), "parameters": parameters}, 0, None)
        except ScriptFailed as error:
            return error.message if error.line is None else f"{error.message} (line {error.line})"
        return None

    def _ask(self, request: dict[str, Any], now_ms: int, limit_ms: int | None) -> dict[str, Any]:
        limit_ms = LIMIT_MS if limit_ms is None else max(1, min(limit_ms, LIMIT_MS))
        request["now"] = now_ms
        request["seed"] = random.getrandbits(31)
        code = b"globalThis[' run'](" + _dumps(_dumps(request).decode()) + b")"
        try:
            answer = self._machines_here().evaluate(code, limit_ms, waits=bool(request.get("waits")))
        except MachineStopped as stopped:
            raise _stopped(stopped, limit_ms) from None
        return _read(answer)

    def _machines_here(self) -> Machines:
        """Return the machines of this process: after a fork the child begins anew."""
        machines = self._machines
        if machines.process_id != os.getpid():
            machines = self._machines = Machines()
        return machines


def _bounded(source: str) -> str:
    if len(source) > MAX_SOURCE:
        raise ScriptFailed(f"The script is longer than {MAX_SOURCE} characters.")
    return source


@lru_cache(maxsize=1024)
def _words(source: str) -> frozenset[str]:
    """Return the words of a script, among them the names of all variables that it does not have to compute."""
    return frozenset(_WORD.findall(source))


def _everything(scope: ScriptScope) -> dict[str, Any]:
    found = ((name, scope.find(name)) for name in scope.names())
    return {
        "values": {name: to_guest(variable) for name, variable in found if variable is not None},
        "locals": {"execution": list(scope.local_names())},
        "facts": scope.facts(),
        "complete": True,
    }


def _dumps(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError as error:
        raise ScriptFailed(f"A script cannot be given these values: {error}") from None


def _read(answer: bytes) -> dict[str, Any]:
    try:
        outcome = orjson.loads(answer)
    except ValueError:
        raise unreadable() from None
    if not isinstance(outcome, dict):
        raise unreadable()
    if "failed" in outcome:
        raise _failed(outcome["failed"])
    return outcome


def _failed(told: Any) -> ScriptFailed:
    match told:
        case [str(message), int(line)]:
            return ScriptFailed(message, line)
        case [str(message), None]:
            return ScriptFailed(message)
    return unreadable()


def _stopped(stopped: MachineStopped, limit_ms: int) -> ScriptFailed:
    if stopped.reason == "time":
        return ScriptTooLong(f"The script did not end within {limit_ms} ms.")
    if stopped.reason == "busy":
        return ScriptTooLong(f"Other scripts have kept this one waiting for {WAIT_MS} ms.")
    return ScriptFailed(_REASONS[stopped.reason])


def _outcome(outcome: dict[str, Any], scope: ScriptScope) -> ScriptOutcome:
    match outcome:
        case {"operations": list(told), "printed": list(printed)}:
            if len(told) > MAX_OPERATIONS:
                raise ScriptFailed(f"The script changes more than {MAX_OPERATIONS} variables.")
            operations = [_operation(each, scope) for each in told]
            result = from_guest(outcome.get("result"), scope.find)
            return ScriptOutcome(result, operations, _thrown(outcome.get("thrown")), [str(line) for line in printed])
    raise unreadable()


def _operation(told: Any, scope: ScriptScope) -> ScriptOperation:
    match told:
        case [str(verb), str(target), str(name), value]:
            return ScriptOperation(verb, target, name, from_guest(value, scope.find))
    raise unreadable()


def _thrown(told: Any) -> ThrownError | None:
    match told:
        case None:
            return None
        case [str(code), str() | None as message]:
            return ThrownError(code, message)
    raise unreadable()

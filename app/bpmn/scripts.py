"""What a run asks of a script engine, which comes in by the context: this library knows of no engine itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.bpmn.values import Variable
from app.errors import ExpressionFailed


@dataclass(frozen=True, slots=True)
class Script:
    """A script in JavaScript, where a model may have an expression; one `of_token` is the body of 5Minds' functions."""

    text: str
    of_token: bool = False

    @property
    def is_literal(self) -> bool:
        """A script is never a text that stands for itself."""
        return False


class ScriptFailed(ExpressionFailed):
    """A script threw, could not be read, or used more than it may. `line` counts from 1, None where it is not known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class ScriptTooLong(ScriptFailed):
    """A script did not end within the time that was left."""


class ScriptScope(Protocol):
    """What a script can see from its place."""

    def find(self, name: str) -> Variable | None:
        """Return the variable that a name means here, None for none."""

    def names(self) -> Iterable[str]:
        """Return the names of all variables that can be seen."""

    def local_names(self) -> Iterable[str]:
        """Return the names of the variables of this place itself."""

    def facts(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what the engine's objects tell, plain values by name: under `execution`, `processInstance`, and under
        `task` where there is one."""


@dataclass(frozen=True, slots=True)
class ScriptOperation:
    """One thing that a script wants done. `verb` is `set`, `setLocal`, `remove`, `removeLocal` (variables, by name),
    `setBusinessKey`, `setAttribute` (of a task, by name), `addCandidateUser` …; `target` is `execution` or `task`."""

    verb: str
    target: str
    name: str
    value: Variable


@dataclass(frozen=True, slots=True)
class ThrownError:
    """A BPMN error that a script threw."""

    code: str
    message: str | None


@dataclass(frozen=True, slots=True)
class ScriptOutcome:
    """What became of a script: its value (type Null for none) or the BPMN error that it threw, what it wants done in
    this order, and the lines that it printed."""

    result: Variable
    operations: list[ScriptOperation] = field(default_factory=list)
    thrown: ThrownError | None = None
    printed: list[str] = field(default_factory=list)


class ScriptEngine(Protocol):
    """Evaluates scripts, each in a context of its own, in any thread."""

    def evaluate(
        self, source: str, scope: ScriptScope, objects: Sequence[str], now_ms: int, limit_ms: int | None = None
    ) -> ScriptOutcome:
        """Evaluate a script that sees the variables of a scope, and of the engine's objects those that are named
        (`execution`, `task`). Raises ScriptFailed, ScriptTooLong."""

    def call(
        self, body: str, arguments: Mapping[str, Any], self_value: Any, now_ms: int, limit_ms: int | None = None
    ) -> Any:
        """Evaluate the body of a function of these arguments (JSON values) and return its JSON value, `UNDEFINED` for
        none. Raises ScriptFailed, ScriptTooLong."""

    def problem(self, source: str, parameters: Sequence[str] | None = None) -> str | None:
        """Say why a text is no script, or with `parameters` no body of a function; None if it is one."""


class Undefined:
    """JavaScript's undefined, where it differs from null."""


UNDEFINED = Undefined()

"""What a run may ask of the world outside: definitions, variables, the time and new ids, each through one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.bpmn.bindings import Binding
from app.bpmn.commands import Policy
from app.bpmn.decisions import Decisions, NoDecisions
from app.bpmn.delta import UserTaskCreated
from app.bpmn.scripts import ScriptEngine
from app.bpmn.values import Variable

VariablesByScope = Mapping[str, Mapping[str, Variable]]
"""execution id → name → variable; the process instance's own id for its variables."""


@dataclass(frozen=True, slots=True)
class CalledElement:
    """Which process definition a call activity means; texts are evaluated already."""

    key: str
    binding: Binding = "latest"
    version: int | None = None
    version_tag: str | None = None
    tenant_id: str | None = None
    caller_definition_id: str = ""


class Definitions(Protocol):
    """Finds parsed definitions. `Process` is `app.bpmn.graph.Process`."""

    def get(self, definition_id: str) -> Any:
        """Return the Process with that id. Raises ModelNotFound."""

    def called(self, element: CalledElement) -> tuple[str, Any]:
        """Return (definition id, Process) of a called element. Raises ModelNotFound."""


def _no_variables() -> VariablesByScope:
    return {}


def _as_it_was(task: UserTaskCreated) -> UserTaskCreated:
    return task


def _never() -> bool:
    return False


@dataclass(slots=True)
class RunContext:
    """The outside of one run. `load_variables` is called at most once, and only when stored variables are needed.

    `max_steps`, `max_executions`, `max_calls` (called processes in one another), `max_written` (characters and bytes of
    variables) and `out_of_time` end a run that would never end by itself. Without `scripts` no script runs.
    """

    definitions: Definitions
    now_ms: int
    new_id: Callable[[], str]
    load_variables: Callable[[], VariablesByScope] = _no_variables
    max_steps: int = 100_000
    max_executions: int = 250_000
    max_calls: int = 200
    max_written: int = 200_000_000
    out_of_time: Callable[[], bool] = _never
    business_key: str | None = None
    tenant_id: str | None = None
    load_user_task: Callable[[UserTaskCreated], UserTaskCreated] = _as_it_was
    """Gives an open user task as people have changed it since it was made; asked only where a listener may look."""
    scripts: ScriptEngine | None = None
    decisions: Decisions = field(default_factory=NoDecisions)
    user_id: str | None = None
    """Who starts an instance; nobody in the steps that follow."""
    host: Mapping[str, Any] = field(default_factory=dict)
    unhandled_policy: Policy = "incident"
    """For errors that no RaiseBpmnError carries: error end events and `camunda:errorEventDefinition`."""

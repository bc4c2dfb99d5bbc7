"""What a worker reports on a task, as the signals carry it besides the task's row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.bpmn.commands import Policy
from app.bpmn.values import Variable, Variables


@dataclass(slots=True)
class RaisedError:
    """A BPMN error raised on a task. `policy` is what the dialect wants where nothing catches it. The receiver writes
    into `caught` whether the process caught it."""

    code: str
    message: str | None
    variables: Variables
    policy: Policy | None
    token_variables: Variables
    caught: bool | None = None


@dataclass(slots=True)
class ReportedFailure:
    """A failure reported for a task; `retries` is the number before it, which is what the model's expressions see.

    When an error event definition made a BPMN error of it, the receiver says in `caught` whether the process caught
    that; the task is gone then, either way.
    """

    error_message: str | None
    error_details: str | None
    retries: int | None
    variables: Mapping[str, Variable] = field(default_factory=dict)
    local_variables: Mapping[str, Variable] = field(default_factory=dict)
    caught: bool | None = None

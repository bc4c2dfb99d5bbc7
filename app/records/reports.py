"""What a worker reports on an external task: a completion, a BPMN error, a failure.

A dialect reads a report from a request, `ExternalTaskService` applies it, and the signal `reported` takes it to whoever
runs the process. A new member of a report stands here, in the schema that reads it, and where it is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.bpmn.commands import Policy
from app.bpmn.values import Variables
from app.models.external_task import HELD_BY, LockRule, TaskRow
from app.models.external_task_log import ERROR


@dataclass(slots=True)
class Report:
    """What all reports have in common.

    `lock_rule` says who may report, `policy` what becomes of a BPMN error that nothing catches, unless the settings do.
    Whoever runs the process writes into `caught`: None when no error was thrown, else whether the process caught it.
    """

    worker_id: str | None
    lock_rule: LockRule = field(default=HELD_BY, kw_only=True)
    policy: Policy | None = field(default=None, kw_only=True)
    caught: bool | None = field(default=None, kw_only=True)


@dataclass(slots=True)
class Completion(Report):
    """The work is done. `variables` go outwards from the task, `local_variables` stay with its activity."""

    variables: Variables = field(default_factory=dict)
    local_variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class BpmnError(Report):
    """The work ended with an error of the business, which the model may catch by its code.

    `variables` are set whether or not it does, `token_variables` where it is caught. `outcome` is what the log
    remembers: `error`, or `service error` for a technical one, which may come without a code.
    """

    error_code: str | None
    error_message: str | None = None
    variables: Variables = field(default_factory=dict)
    token_variables: Variables = field(default_factory=dict)
    error_details: str | None = None
    outcome: str = ERROR


@dataclass(slots=True)
class Failure(Report):
    """The work did not succeed this time.

    `retries` are those that are left, `retry_timeout_ms` the pause before the next attempt; without them the model's
    retry cycle counts. Details that are None keep those of the failure before. `recorded` is the task as the failure
    has left it; an error event definition of the model may make a BPMN error of the failure (`caught`).
    """

    error_message: str | None = None
    error_details: str | None = None
    retries: int | None = None
    retry_timeout_ms: int | None = None
    variables: Variables = field(default_factory=dict)
    local_variables: Variables = field(default_factory=dict)
    recorded: TaskRow | None = field(default=None, kw_only=True)

"""Every error of the domain, in its own words and without HTTP; each dialect answers them at one table of its own.

ErrandError
├── Unauthenticated              nobody, or a credential that does not verify
├── Forbidden                    known, but not allowed
│   ├── TopicForbidden           … to touch this topic
│   └── WorkerForbidden          … to speak for this worker
├── InvalidInput                 a value is missing or impossible
│   ├── InvalidVariable          … among the variables
│   ├── InvalidInstruction       … in an instruction to start or cancel activities
│   ├── InvalidText              … with a character that cannot be kept
│   ├── TooLarge                 … longer, deeper or more than the server takes
│   └── InvalidKey               … in the header Idempotency-Key
├── NotFound                     no such thing
│   ├── ExternalTaskNotFound
│   ├── ProcessInstanceNotFound
│   ├── DefinitionNotFound
│   └── …NotFound(kind)
├── Refused                      it exists, and the request makes no sense in its state
│   ├── TaskFinished             the task has ended
│   ├── LockNotOwned             another worker holds it, or nobody does
│   ├── LockExpired              an expired lock cannot be extended
│   ├── Suspended
│   ├── IdempotencyConflict      the key of another report
│   ├── CorrelationMismatch      a message matches nothing, or too much
│   ├── NotSubscribed            an execution does not wait for this event
│   ├── NoPlainStart             a process starts by its events only
│   ├── MigrationPlanRefused     instructions that no instance can follow
│   ├── MigrationRefused         an instance that cannot follow a plan
│   └── Conflict                 a concurrent change won
├── ModelRefused                 a model that this engine does not run, with all its problems
├── EngineFailed                 the process could not go on; everything was rolled back
│   ├── ExpressionFailed
│   ├── FormNumberInvalid        a field of a form that is no whole number
│   ├── ErrorNotCaught           policy `reject`
│   ├── PropagationFailed        … after an error that a worker raised
│   ├── MigrationMismatch        what is to migrate is gone, or belongs elsewhere
│   └── StepLimitReached
├── Overloaded                   too many at once; try again later
└── Unavailable                  something that is needed does not answer; try again later
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal


class ErrandError(Exception):
    """Base of all. `details` holds what a dialect may put beside the message; never a credential.

    `after_rollback` is called once the transaction that it ended has been rolled back, in order.
    """

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.after_rollback: list[Callable[[], object]] = []


class Unauthenticated(ErrandError):
    """Nobody, or a credential that does not verify."""


class Forbidden(ErrandError):
    """The identity lacks a claim."""

    def __init__(self, user_id: str | None, claim: str) -> None:
        super().__init__(f"The identity does not have the claim '{claim}'.", user_id=user_id, claim=claim)


class TopicForbidden(Forbidden):
    """The identity's `topics` do not cover this topic. `task`: `instance_id` and `definition_key` of the task."""

    def __init__(self, user_id: str | None, topic: str, **task: str) -> None:
        message = f"The identity may not work on the topic '{topic}'."
        ErrandError.__init__(self, message, user_id=user_id, topic=topic, claim="topics", **task)


class WorkerForbidden(Forbidden):
    """The setting binds worker ids to their callers, and this one belongs to somebody else."""

    def __init__(self, user_id: str | None, worker_id: str) -> None:
        message = f"The identity may not work as '{worker_id}': a workerId is its own name, or begins with it and ':'."
        ErrandError.__init__(self, message, user_id=user_id, worker_id=worker_id, claim="worker_id")


class InvalidInput(ErrandError):
    """A value is missing or impossible. `field` is its name in the domain's words (worker_id, lock_duration_ms …),
    `rule` one of `required`, `positive`, `not_negative`, `not_blank`, `too_long`, `choice`, `type`."""

    def __init__(self, message: str, *, field: str | None = None, rule: str | None = None, value: Any = None) -> None:
        super().__init__(message, field=field, rule=rule, value=value)
        self.field = field
        self.rule = rule


class InvalidInstruction(InvalidInput):
    """An instruction to start or cancel activities names what is not there."""


class InvalidKey(InvalidInput):
    """An Idempotency-Key that is empty or too long."""


class InvalidText(InvalidInput):
    """A text that no database can keep: `reason` says which character it holds."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place} holds {reason}, which cannot be stored.", field=place, rule="type")


class TooLarge(InvalidInput):
    """Longer, deeper or more than the server takes at once, whatever it means."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message, field=field, rule="too_long")


class InvalidVariable(InvalidInput):
    """A variable that cannot be what its type says."""


class NotFound(ErrandError):
    """No such thing. `kind` is its name in the table of architecture.md (external task, process instance, …)."""

    kind = "resource"

    def __init__(self, id: str | None, *, kind: str | None = None, message: str | None = None) -> None:
        kind = kind or self.kind
        super().__init__(message or f"There is no {kind} with id '{id}'.", id=id, kind=kind)
        self.id = id


class ExternalTaskNotFound(NotFound):
    """Neither open nor in the history."""

    kind = "external task"


class ProcessInstanceNotFound(NotFound):
    """Not running (and, for history, never was)."""

    kind = "process instance"


class DefinitionNotFound(NotFound):
    """No process definition by that id, key or version."""

    kind = "process definition"


class Refused(ErrandError):
    """It exists, and the request makes no sense in its state."""


class TaskFinished(Refused):
    """The task has ended. `outcome` is completed, error, service error or cancelled."""

    def __init__(self, task_id: str, outcome: str) -> None:
        super().__init__(f"External task '{task_id}' has been finished ({outcome}).", id=task_id, outcome=outcome)
        self.task_id = task_id


class LockNotOwned(Refused):
    """Another worker holds the task, or nobody does. `verb` is the service's verb that was refused."""

    def __init__(
        self, verb: str, task_id: str, worker_id: str | None, owner: str | None, lock_expires_at: int | None
    ) -> None:
        super().__init__(
            f"External task '{task_id}' is locked by {owner!r}, not by {worker_id!r}.",
            id=task_id,
            worker_id=worker_id,
            owner=owner,
            lock_expires_at=lock_expires_at,
        )
        self.verb = verb
        self.task_id = task_id
        self.worker_id = worker_id
        self.owner = owner
        self.lock_expires_at = lock_expires_at


class LockExpired(Refused):
    """An expired lock cannot be extended (rule `held_by`). `now_ms` is the instant it was compared with."""

    def __init__(self, task_id: str, now_ms: int) -> None:
        super().__init__(f"The lock of external task '{task_id}' has expired.", id=task_id, now_ms=now_ms)
        self.task_id = task_id
        self.now_ms = now_ms


class Suspended(Refused):
    """The task, instance or definition is suspended."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"The {kind} '{id}' is suspended.", kind=kind, id=id)
        self.kind = kind
        self.id = id


class CorrelationMismatch(Refused):
    """A message matches nothing, or more than one (`matches`) `what`: execution or process definition. `sought` is what
    they had to be: business_key, process_instance_id, keys, local_keys, tenant_id, without_tenant."""

    def __init__(
        self, name: str | None, matches: int, what: str = "execution", sought: Mapping[str, Any] | None = None
    ) -> None:
        many = f"matches {matches} {what}s, where it must match one" if matches else "is waited for by nobody"
        text = f"The message '{name}' {many}."
        super().__init__(text, name=name, matches=matches)
        self.name = name
        self.matches = matches
        self.what = what
        self.sought = sought or {}


class NotSubscribed(Refused):
    """An execution does not wait for this message or signal (`kind`)."""

    def __init__(self, kind: str, execution_id: str, name: str | None) -> None:
        text = f"Execution '{execution_id}' does not wait for the {kind} '{name}'."
        super().__init__(text, id=execution_id, name=name)
        self.kind = kind
        self.execution_id = execution_id
        self.name = name


class NoPlainStart(Refused):
    """A process definition has no start event without a trigger."""

    def __init__(self, definition_id: str) -> None:
        text = f"Process definition '{definition_id}' starts by its events only (a message, say), not by hand."
        super().__init__(text, id=definition_id)
        self.definition_id = definition_id


class MigrationPlanRefused(Refused):
    """Instructions that no instance can follow. `refusals` are those of `app.bpmn.migration`, one an instruction."""

    def __init__(self, message: str, refusals: Sequence[Any]) -> None:
        super().__init__(message)
        self.refusals = refusals


class MigrationRefused(Refused):
    """An instance that cannot follow a plan. `report` is that of `app.bpmn.migration`."""

    def __init__(self, message: str, report: Any) -> None:
        super().__init__(message)
        self.report = report


class IdempotencyConflict(Refused):
    """The `Idempotency-Key` belongs to another report of this caller (422)."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The Idempotency-Key '{key}' was used for another report.", key=key)
        self.key = key


class Conflict(Refused):
    """A concurrent change won the race; nothing of this one was kept."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason to refuse a model (or, as a warning, something that has no effect here)."""

    message: str
    element_id: str | None = None
    element_ids: tuple[str, ...] = ()
    construct: str | None = None
    line: int = 0
    column: int = 0


class ModelRefused(ErrandError):
    """A model that this engine does not run: all problems at once, with the warnings."""

    def __init__(
        self, problems: list[Problem], warnings: list[Problem] | None = None, resource: str | None = None
    ) -> None:
        text = "; ".join(f"{p.element_id}: {p.message}" if p.element_id else p.message for p in problems[:20])
        super().__init__(text, resource=resource)
        self.problems = problems
        self.warnings = warnings or []
        self.resource = resource


class EngineFailed(ErrandError):
    """The process could not go on; everything was rolled back, the task stays locked."""


class ExpressionFailed(EngineFailed):
    """An expression of the model failed while it ran, or is no expression at all."""


class FormNumberInvalid(EngineFailed):
    """A field of a form that is no whole number."""


class ErrorNotCaught(EngineFailed):
    """A BPMN error that nothing catches, under the policy `reject`."""

    def __init__(self, code: str, message: str | None, activity_id: str) -> None:
        super().__init__(
            f"Nothing catches the BPMN error '{code}' thrown by '{activity_id}'.",
            code=code,
            error_message=message,
            activity_id=activity_id,
        )
        self.code = code
        self.activity_id = activity_id


class PropagationFailed(EngineFailed):
    """A step failed between a BPMN error that a worker raised and the next wait state; `failure` is the step's."""

    def __init__(self, code: str, failure: EngineFailed) -> None:
        super().__init__(failure.message, code=code)
        self.code = code


class MigrationMismatch(EngineFailed):
    """What is to migrate is gone, or belongs elsewhere; `what` tells what does not fit the plan."""

    def __init__(self, what: Literal["instance", "definition", "tenants", "tenant"], message: str) -> None:
        super().__init__(message)
        self.what = what


class StepLimitReached(EngineFailed):
    """The process ran on and on without ever waiting."""


class Overloaded(ErrandError):
    """Too many at once; try again after `retry_after_s` seconds."""

    def __init__(self, message: str, retry_after_s: int = 1) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.retry_after_s = retry_after_s


class Unavailable(ErrandError):
    """Something that the answer depends on is silent; try again after `retry_after_s` seconds."""

    def __init__(self, message: str, retry_after_s: int = 5) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.retry_after_s = retry_after_s

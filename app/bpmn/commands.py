"""What can happen to a process instance: one dataclass an event, the input of `execution.run`.

Nobody changes a command, though none is frozen: that makes one cost eight times as much, at every request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from app.bpmn.states import ProcessInstanceState
from app.bpmn.values import Variables

Policy = Literal["incident", "silent", "reject", "abort"]
"""What to do with a BPMN error that nothing catches (docs: unhandled BPMN errors)."""


@dataclass(slots=True)
class StartInstruction:
    """Ask for one token, before or behind an activity or on a flow; a modification may also cancel."""

    kind: Literal["startBeforeActivity", "startAfterActivity", "startTransition", "cancel"]
    activity_id: str | None = None
    transition_id: str | None = None
    activity_instance_id: str | None = None
    transition_instance_id: str | None = None
    ancestor_activity_instance_id: str | None = None
    cancel_current_active_instances: bool = False
    variables: Variables = field(default_factory=dict)
    local_variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class StartInstance:
    """Start an instance at its none start event, or at `start_activity_id` (message, signal, timer start)."""

    definition_id: str
    instance_id: str
    business_key: str | None = None
    variables: Variables = field(default_factory=dict)
    start_activity_id: str | None = None
    instructions: tuple[StartInstruction, ...] = ()
    user_id: str | None = None


@dataclass(slots=True)
class CompleteExternalTask:
    """Complete the external task: set variables, evaluate its error event definitions, leave the activity.

    `error_message`, `error_details`, `retries` and `worker_id` are what `externalTask.…` shows to those expressions.
    `policy`, in place of the context's, is for the errors that the process throws on its way to the next wait states.
    """

    task_id: str
    variables: Variables = field(default_factory=dict)
    local_variables: Variables = field(default_factory=dict)
    worker_id: str | None = None
    error_message: str | None = None
    error_details: str | None = None
    retries: int | None = None
    policy: Policy | None = None


@dataclass(slots=True)
class FailExternalTask:
    """Record a failure: set variables, evaluate error event definitions.

    `Delta.error_caught` is None when none matched: then the caller changes retries and lock of the task itself.
    """

    task_id: str
    variables: Variables = field(default_factory=dict)
    local_variables: Variables = field(default_factory=dict)
    worker_id: str | None = None
    error_message: str | None = None
    error_details: str | None = None
    retries: int | None = None


@dataclass(slots=True)
class RaiseBpmnError:
    """Throw a BPMN error from the activity of an external task or user task (`task_id`).

    `token_variables` are set on the handler's scope in addition to those that the model names (process-engine.io:
    errorCode and errorMessage), only when a handler is found.
    """

    task_id: str
    code: str
    message: str | None = None
    variables: Variables = field(default_factory=dict)
    policy: Policy = "incident"
    token_variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class RaiseEscalation:
    """Throw an escalation from the activity of a user task."""

    task_id: str
    code: str
    variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class CompleteUserTask:
    """Complete a user task."""

    task_id: str
    variables: Variables = field(default_factory=dict)
    local_variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class FireJob:
    """Run one job of the instance now: a timer fires, an asynchronous continuation goes on."""

    job_id: str


@dataclass(slots=True)
class DeliverEvent:
    """Deliver a message or signal to one subscription of the instance.

    `variables` are set from the receiving execution outwards, `local_variables` on it, `triggered_variables` on the
    scope that the event starts (event subprocess: that subprocess, else the scope in which the flow goes on).
    """

    subscription_id: str
    variables: Variables = field(default_factory=dict)
    local_variables: Variables = field(default_factory=dict)
    triggered_variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class SignalExecution:
    """Continue an execution that waits without an event of its own (receive task; `POST /execution/{id}/signal`)."""

    execution_id: str
    variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class SetVariables:
    """Change variables seen from an execution; conditional events look again.

    `local` sets them there, otherwise the nearest scope that has the name, else the process instance. Removals look at
    that execution alone when `local`, else outwards; what is both set and removed is gone. `user_task_id` is the task
    whose own the variables that are made there become.
    """

    execution_id: str
    variables: Variables = field(default_factory=dict)
    removals: tuple[str, ...] = ()
    local: bool = False
    user_task_id: str | None = None


@dataclass(slots=True)
class CancelInstance:
    """End a process instance of the tree from outside (root or called): everything below it is cancelled.

    `ended_as` EXTERNALLY_TERMINATED (deleted by the API) or INTERNALLY_TERMINATED (policy abort).
    """

    instance_id: str
    reason: str | None = None
    ended_as: ProcessInstanceState = ProcessInstanceState.EXTERNALLY_TERMINATED
    skip_io_mappings: bool = False


@dataclass(slots=True)
class ModifyInstance:
    """Start and cancel activities of a running instance, in the order given."""

    instance_id: str
    instructions: tuple[StartInstruction, ...]
    skip_io_mappings: bool = False


Command = (
    StartInstance
    | CompleteExternalTask
    | FailExternalTask
    | RaiseBpmnError
    | RaiseEscalation
    | CompleteUserTask
    | FireJob
    | DeliverEvent
    | SignalExecution
    | SetVariables
    | CancelInstance
    | ModifyInstance
)

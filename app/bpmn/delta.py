"""What one step changed: the output of `execution.run`, and all that the tables need to know of it.

Ids are made by the run (`RunContext.new_id`), so a task's row and the state name the same thing. The whole tree of a
root process instance (called processes included) is one state and one delta; every entry says which process instance of
the tree it belongs to. Instants are integer milliseconds UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.bpmn.states import IncidentKind, JobKind, ProcessInstanceState, SubscriptionKind, TaskOutcome, UserTaskOutcome
from app.bpmn.values import Variable


@dataclass(slots=True)
class InstanceStarted:
    """A process instance of the tree began: the root itself or a called process."""

    id: str
    definition_id: str
    business_key: str | None
    start_activity_id: str | None
    super_instance_id: str | None = None
    super_execution_id: str | None = None


@dataclass(slots=True)
class InstanceEnded:
    """A process instance of the tree ended; `state` says how.

    `error_code` is that of the BPMN error that nothing caught, if that ended it (policy `abort`). `business_key` is
    what the state had: None for the root.
    """

    id: str
    state: ProcessInstanceState
    reason: str | None = None
    error_code: str | None = None
    definition_id: str = field(default="", compare=False)
    business_key: str | None = field(default=None, compare=False)


@dataclass(slots=True)
class ExternalTaskCreated:
    """An external task waits for a worker. `priority` and `topic` are evaluated."""

    id: str
    topic: str
    priority: int
    activity_id: str
    activity_instance_id: str
    execution_id: str
    instance_id: str
    definition_id: str


@dataclass(slots=True)
class ExternalTaskEnded:
    """An external task left."""

    id: str
    outcome: TaskOutcome


@dataclass(slots=True)
class UserTaskCreated:
    """A user task waits for a person. Attributes are evaluated; `form_key` is kept as data."""

    id: str
    name: str | None
    activity_id: str
    activity_instance_id: str
    execution_id: str
    instance_id: str
    definition_id: str
    assignee: str | None = None
    candidate_users: tuple[str, ...] = ()
    candidate_groups: tuple[str, ...] = ()
    due_date: str | None = None
    follow_up_date: str | None = None
    priority: int = 50
    form_key: str | None = None
    description: str | None = None


@dataclass(slots=True)
class UserTaskEnded:
    """A user task left."""

    id: str
    outcome: UserTaskOutcome


@dataclass(slots=True)
class JobCreated:
    """Something to run later without a worker: a timer, or an asynchronous continuation (`due_at` None: now).

    `retry_cycle` is the text of `camunda:failedJobRetryTimeCycle`, if any.
    """

    id: str
    kind: JobKind
    due_at: int | None
    activity_id: str
    execution_id: str
    instance_id: str
    definition_id: str
    retry_cycle: str | None = None
    priority: int = 0
    repeat: str | None = None
    exclusive: bool = True


@dataclass(slots=True)
class SubscriptionCreated:
    """An execution waits for a message, signal or condition. `name` is evaluated (None for conditions)."""

    id: str
    kind: SubscriptionKind
    name: str | None
    activity_id: str
    execution_id: str
    instance_id: str
    definition_id: str


@dataclass(slots=True)
class ActivityRecord:
    """One activity instance for the history: begun in this step (all fields), ended in it, or both.

    One that began in an earlier step and ends now has `begun` False and tells what it is (`id`, `activity_id`,
    `activity_type`, `instance_id`, `definition_id`) and how it ended (`ended_at`, `canceled`, `complete_scope`).
    """

    id: str
    begun: bool
    started_at: int = 0
    ended_at: int | None = None
    canceled: bool = False
    complete_scope: bool = False
    parent_id: str | None = None
    activity_id: str = ""
    activity_name: str | None = None
    activity_type: str = ""
    execution_id: str = ""
    instance_id: str = ""
    definition_id: str = ""
    task_id: str | None = None
    called_instance_id: str | None = None
    assignee: str | None = None


@dataclass(slots=True)
class VariableSet:
    """A variable was created or changed in the scope of `execution_id` (an instance's own id for its variables).

    `user_task_id` is the user task whose own variable it is, if it is new.
    """

    execution_id: str
    instance_id: str
    activity_instance_id: str | None
    name: str
    variable: Variable
    user_task_id: str | None = None


@dataclass(slots=True)
class VariableRemoved:
    """One variable was deleted on request (`explicit`), or went with its scope (`name` None: all of that execution)."""

    execution_id: str
    name: str | None
    explicit: bool = False


@dataclass(slots=True)
class IncidentCreated:
    """Something needs a person: an unhandled BPMN error. `configuration` is the id of its subject, a task."""

    id: str
    kind: IncidentKind
    message: str
    activity_id: str | None
    execution_id: str
    instance_id: str
    definition_id: str
    configuration: str | None = None


@dataclass(slots=True)
class DecisionEvaluated:
    """A business rule task asked a decision. `evaluation` is what the context's decisions keep for the history."""

    activity_id: str
    activity_instance_id: str
    execution_id: str
    instance_id: str
    definition_id: str
    evaluation: Any


@dataclass(slots=True)
class Remark:
    """Something the history should tell: an output mapping skipped on a cancelled activity, and the like."""

    kind: str
    activity_id: str
    instance_id: str
    text: str


@dataclass(slots=True)
class SignalThrown:
    """A signal goes out to all subscribers; the run has served those of its own tree already."""

    name: str
    variables: dict[str, Variable] = field(default_factory=dict)


@dataclass(slots=True)
class Delta:
    """Everything that one run changed. `state` is None when the root instance ended."""

    state: dict[str, Any] | None = None
    instances_started: list[InstanceStarted] = field(default_factory=list)
    instances_ended: list[InstanceEnded] = field(default_factory=list)
    tasks_created: list[ExternalTaskCreated] = field(default_factory=list)
    tasks_ended: list[ExternalTaskEnded] = field(default_factory=list)
    user_tasks_created: list[UserTaskCreated] = field(default_factory=list)
    user_tasks_ended: list[UserTaskEnded] = field(default_factory=list)
    jobs_created: list[JobCreated] = field(default_factory=list)
    jobs_removed: list[str] = field(default_factory=list)
    subscriptions_created: list[SubscriptionCreated] = field(default_factory=list)
    subscriptions_removed: list[str] = field(default_factory=list)
    activities: list[ActivityRecord] = field(default_factory=list)
    variables_set: list[VariableSet] = field(default_factory=list)
    variables_removed: list[VariableRemoved] = field(default_factory=list)
    incidents: list[IncidentCreated] = field(default_factory=list)
    decisions: list[DecisionEvaluated] = field(default_factory=list)
    signals_thrown: list[SignalThrown] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    error_caught: bool | None = None
    """RaiseBpmnError and errorEventDefinitions: True caught, False nobody caught it, None no error was thrown."""
    caught_by: str | None = None
    """Id of the event (boundary or start event) that caught the error."""

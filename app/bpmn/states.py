"""What instances, tasks, jobs, subscriptions and incidents can be, and who moves each on; docs/states.md draws it."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Stage(StrEnum):
    """A state or a kind. `moved_by` says who moves on what is in it, or who has brought it to its end."""

    moved_by: str

    def __new__(cls, value: str, moved_by: str) -> Self:
        stage = str.__new__(cls, value)
        stage._value_ = value
        stage.moved_by = moved_by
        return stage


class ProcessInstanceState(Stage):
    """The states of a process instance, by the names of Camunda's history."""

    ACTIVE = "ACTIVE", "workers, people, events and jobs carry it on; anybody with the right suspends or deletes it"
    SUSPENDED = (
        "SUSPENDED",
        "whoever activates or deletes it; until then nobody gets its tasks and its jobs stand still",
    )
    COMPLETED = "COMPLETED", "nobody: its last token has ended"
    EXTERNALLY_TERMINATED = "EXTERNALLY_TERMINATED", "nobody: it was deleted, or modified until nothing was left in it"
    INTERNALLY_TERMINATED = (
        "INTERNALLY_TERMINATED",
        "nobody: the process ended it, by an error that nothing caught (policy `abort`) or with its call activity",
    )


class TaskOutcome(Stage):
    """How an external task leaves. One that waits or is locked has no outcome yet."""

    COMPLETED = "completed", "the worker completed it"
    ERROR = "error", "the worker raised a BPMN error, or an error definition of the model matched its report"
    SERVICE_ERROR = "service error", "the worker reported an error without a code that a model could catch"
    CANCELLED = "cancelled", "its activity went without a report: interrupted, or its instance ended"


class UserTaskOutcome(Stage):
    """How a user task leaves. An open one has no outcome yet."""

    COMPLETED = "completed", "a person completed it"
    DELETED = "deleted", "its activity went without a person: interrupted, ended by an error, or its instance ended"


class JobKind(Stage):
    """What a job does when it is due. The job runner runs all of them, unless somebody runs one at once."""

    TIMER = "timer", "the job runner, when it is due: the timer event fires, and a cycle sets its next job"
    ASYNC_BEFORE = "async-before", "the job runner, at once: the activity begins"
    ASYNC_AFTER = "async-after", "the job runner, at once: the token goes on behind the activity"
    TIMER_START = "timer-start", "the job runner, when it is due: an instance of the definition's latest version starts"
    BATCH_SEED = "batch-seed", "the job runner, at once: it divides the batch into jobs"
    BATCH = "batch", "the job runner, at once: it does a piece of the batch"
    BATCH_MONITOR = "batch-monitor", "the job runner, again and again: it ends the batch when all pieces are done"


class SubscriptionKind(Stage):
    """What a subscription waits for."""

    MESSAGE = "message", "whoever correlates a message of its name"
    SIGNAL = "signal", "whoever throws a signal of its name: a model or somebody outside"
    CONDITIONAL = "conditional", "a change of a variable that makes its condition true"
    COMPENSATE = "compensate", "a compensation event around the completed activity calls its handler"


class IncidentKind(Stage):
    """What needs a person."""

    FAILED_EXTERNAL_TASK = "failedExternalTask", "whoever gives the task retries again, or a report on it"
    FAILED_JOB = "failedJob", "whoever gives the job retries again, or runs it with success"
    UNHANDLED_BPMN_ERROR = "unhandledBpmnError", "whoever resolves it: the flow has gone on or ended already"
    ENDLESS_LOOP = "endlessLoop", "whoever resolves it: the step that looped was undone"


class IncidentState(Stage):
    """The states of an incident."""

    OPEN = "open", "whoever gives its task or job retries again, ends that well, or resolves it"
    RESOLVED = "resolved", "nobody: its task or job got retries again or ended well, or a person resolved it"
    DELETED = "deleted", "nobody: its task, job or instance went first"

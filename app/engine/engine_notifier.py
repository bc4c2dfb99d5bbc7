"""What a worker reports becomes a step of its process, in the worker's own transaction."""

from __future__ import annotations

from typing import Any, Protocol

from app import signals
from app.bpmn.commands import CompleteExternalTask, FailExternalTask, Policy, RaiseBpmnError
from app.bpmn.delta import Delta
from app.bpmn.values import Variables
from app.database.statements import insert
from app.engine.process_engine import ProcessEngine
from app.models import ExternalTask
from app.models.external_task import TaskRow
from app.records.reports import RaisedError, ReportedFailure


class Receiver(Protocol):
    """Who hears of reports, inside the transaction: the embedded engine, or an outbox for one elsewhere."""

    def task_completed(
        self, sender: Any, *, task: TaskRow, variables: Variables, local_variables: Variables, policy: Policy | None
    ) -> object:
        """A task was completed; the sender looks at `error_caught` of the answer."""

    def bpmn_error_raised(self, sender: Any, *, task: TaskRow, error: RaisedError) -> object:
        """A BPMN error was raised on a task; `error.caught` takes whether the process caught it."""

    def task_failed(self, sender: Any, *, task: TaskRow, failure: ReportedFailure) -> object:
        """A task failed; `failure.caught` takes what the process made of it."""


class EngineNotifier:
    """Lets the embedded engine go on. Whatever fails here rolls the report back: the task stays locked."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine

    def task_completed(
        self, sender: Any, *, task: TaskRow, variables: Variables, local_variables: Variables, policy: Policy | None
    ) -> Delta:
        """Complete the task's activity. Raises EngineFailed."""
        command = CompleteExternalTask(
            task.id,
            variables,
            local_variables,
            task.worker_id,
            task.error_message,
            task.error_details,
            task.retries,
            self.engine.policy(policy),
        )
        delta = self.engine.apply(task.root_id, command)
        self._keep_open(task, delta)
        return delta

    def bpmn_error_raised(self, sender: Any, *, task: TaskRow, error: RaisedError) -> Delta:
        """Find the handler and go on there, or do what the policy says. Raises EngineFailed."""
        policy = self.engine.policy(error.policy)
        command = RaiseBpmnError(task.id, error.code, error.message, error.variables, policy, error.token_variables)
        delta = self.engine.apply(task.root_id, command)
        error.caught = delta.error_caught
        self._keep_open(task, delta)
        return delta

    def task_failed(self, sender: Any, *, task: TaskRow, failure: ReportedFailure) -> Delta:
        """Set the variables and look whether the model makes a BPMN error of the failure. Raises EngineFailed."""
        command = FailExternalTask(
            task.id,
            dict(failure.variables),
            dict(failure.local_variables),
            task.worker_id,
            failure.error_message,
            failure.error_details,
            failure.retries,
        )
        delta = self.engine.apply(task.root_id, command)
        failure.caught = delta.error_caught
        return delta

    def _keep_open(self, task: TaskRow, delta: Delta) -> None:
        """Put back a task that its process has not ended yet: after an error that nothing catches, an activity with
        `asyncAfter` keeps its task until the job runs, as in Camunda. Nobody is handed it again."""
        for ended in delta.tasks_ended:
            if ended.id == task.id:
                return
        row = {**task._asdict(), "ready": 0, "lock_expires_at": None}
        insert(self.engine.database, ExternalTask, [row])


def connect(receiver: Receiver, sender: Any) -> None:
    """Let the receiver hear of the reports of one service. The signals keep the receiver alive."""
    signals.task_completed.connect(receiver.task_completed, sender=sender, weak=False)
    signals.bpmn_error_raised.connect(receiver.bpmn_error_raised, sender=sender, weak=False)
    signals.task_failed.connect(receiver.task_failed, sender=sender, weak=False)

"""What a worker reports becomes a step of its process, in the worker's own transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from app import signals
from app.bpmn.commands import Command, CompleteExternalTask, FailExternalTask, Policy, RaiseBpmnError
from app.bpmn.delta import Delta
from app.database.statements import insert
from app.engine.process_engine import ProcessEngine
from app.models import ExternalTask
from app.models.external_task import TaskRow
from app.records.reports import BpmnError, Completion, Failure, Report


class Receiver(Protocol):
    """Who hears of reports, inside the transaction: the embedded engine, or an outbox for one elsewhere."""

    def reported(self, sender: Any, *, task: TaskRow, report: Report) -> object:
        """A worker reported on a task; `report.caught` takes whether its process caught the error that it is."""


class EngineNotifier:
    """Lets the embedded engine go on. Whatever fails here rolls the report back: the task stays locked."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine

    def reported(self, sender: Any, *, task: TaskRow, report: Report) -> Delta:
        """Run the command that the report stands for. Raises EngineFailed."""
        command = _COMMANDS[type(report)](task, report, self.engine.policy(report.policy))
        delta = self.engine.apply(task.root_id, command)
        report.caught = delta.error_caught
        if not isinstance(report, Failure):
            self._keep_open(task, delta)
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
    """Let the receiver hear of the reports of one service. The signal keeps the receiver alive."""
    signals.reported.connect(receiver.reported, sender=sender, weak=False)


def _completed(task: TaskRow, report: Completion, policy: Policy) -> Command:
    return CompleteExternalTask(
        task.id,
        report.variables,
        report.local_variables,
        task.worker_id,
        task.error_message,
        task.error_details,
        task.retries,
        policy,
    )


def _erred(task: TaskRow, report: BpmnError, policy: Policy) -> Command:
    code = report.error_code or ""
    return RaiseBpmnError(task.id, code, report.error_message, report.variables, policy, report.token_variables)


def _failed(task: TaskRow, report: Failure, policy: Policy) -> Command:
    """The model's expressions see the failure with the retries from before it."""
    failed = report.recorded or task
    return FailExternalTask(
        task.id,
        report.variables,
        report.local_variables,
        failed.worker_id,
        failed.error_message,
        failed.error_details,
        task.retries,
    )


_COMMANDS: Mapping[type[Report], Callable[[TaskRow, Any, Policy], Command]] = {
    Completion: _completed,
    BpmnError: _erred,
    Failure: _failed,
}

"""The verbs on external tasks. Each is one transaction: a guarded change, what follows from it, a row of the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from app import signals
from app.database.database import Database
from app.database.decorators import transaction
from app.database.statements import update_by_id
from app.errors import WorkerForbidden
from app.identity import ACCESS_EXTERNAL_TASKS, MANAGE_PROCESS_INSTANCES, Identity
from app.models import ExternalTask
from app.models.external_task import HELD_BY, LockRule, TaskRow
from app.models.external_task_log import COMPLETED, DELETED, ERROR, SUCCESSFUL
from app.queries.selection import Selection
from app.records.incidents import close_causes, close_incidents, open_causes
from app.records.reports import BpmnError, Completion, Failure, Report
from app.records.task_endings import end_open_task, end_tasks
from app.records.task_log import cut, log_row, write_log
from app.services.external_tasks import failures, locks, retries
from app.services.external_tasks.activity_facts import ActivityFacts, NoFacts
from app.services.external_tasks.fetch_requests import FetchRequest, LockedTask, Sorting, TopicRequest
from app.services.external_tasks.fetching import Fetching
from app.services.external_tasks.locking import open_alone, open_task, preparation
from app.services.external_tasks.report_checks import check_error, check_report
from app.services.long_polling.hangup import Client, is_gone
from app.services.long_polling.polls import LongPolling
from app.services.presence.presence import Presence
from app.services.validation import not_negative, positive, required

if TYPE_CHECKING:
    from config import Settings


__all__ = ["ExternalTaskService", "FetchRequest", "LockedTask", "Sorting", "TopicRequest"]


class ExternalTaskService:
    """What workers and operators do with external tasks.

    Every verb takes the caller's identity first and raises Forbidden or TopicForbidden when it may not. A task that is
    not open raises TaskFinished (410) or ExternalTaskNotFound (404); one that another worker holds LockNotOwned (423).
    """

    def __init__(self, database: Database, settings: Settings, activities: ActivityFacts | None = None) -> None:
        self.database = database
        self.settings = settings
        self.activities: ActivityFacts = activities or NoFacts()
        self.long_polling = LongPolling(database, settings)
        self.presence = Presence(database, self.long_polling.parked)
        self._outcomes: Mapping[type[Report], Callable[[TaskRow, Any, int], None]] = {
            Completion: self._end_completed,
            BpmnError: self._end_with_error,
            Failure: self._record_failure,
        }
        self._fetching = Fetching(database, self.activities, settings.max_silent_expiries)

    def fetch_and_lock(  # noqa: PLR0913  # what is fetched, and who asks from where
        self,
        identity: Identity,
        worker_id: str | None,
        max_tasks: int,
        topics: Sequence[TopicRequest],
        *,
        use_priority: bool = False,
        sorting: Sorting | None = None,
        wait_ms: int | None = None,
        client: Client | None = None,
        address: str | None = None,
    ) -> list[LockedTask]:
        """Lock up to `max_tasks` tasks of the topics for the worker and return them, the oldest first.

        `use_priority` puts the highest priority first; `sorting` asc or desc orders by creation. Of two requests for
        one topic the last one counts. With `wait_ms` and nothing to fetch it waits so long for a task; `client` tells
        whether somebody still listens. Raises InvalidInput, Overloaded.
        """
        request = FetchRequest(identity, worker_id, max_tasks, topics, use_priority, sorting)
        request.check(self.settings.max_fetch)
        worker = self._worker(identity, worker_id)
        self.presence.polled(worker, request.topic_names, address)
        selective = bool(wait_ms) and request.selective
        tasks = self.long_polling.poll(
            request.topic_names, lambda: self._fetching.fetch(request), wait_ms, client, selective=selective
        )
        if tasks and is_gone(client):
            self.give_back(tasks)
            return []
        for task in tasks:
            self.long_polling.expect(task.lock_expires_at or 0)
        return tasks

    def complete(self, identity: Identity, task_id: str, completion: Completion) -> None:
        """End a task with success and let its process go on with the variables.

        Raises InvalidInput, LockNotOwned, Suspended, EngineFailed.
        """
        self.apply(identity, task_id, completion)

    def handle_bpmn_error(self, identity: Identity, task_id: str, error: BpmnError) -> bool | None:
        """End a task with a BPMN error, which its process catches or not, and return whether it did (None: unknown).

        Raises InvalidInput, LockNotOwned, Suspended, EngineFailed.
        Source: IExternalTaskApiService of process-engine.io.
        """
        return self.apply(identity, task_id, error)

    def report_failure(self, identity: Identity, task_id: str, failure: Failure) -> None:
        """Record a failure: the task waits, then may be fetched again while it has retries. At 0 an incident says so.

        Raises InvalidInput, LockNotOwned, Suspended, EngineFailed.
        """
        self.apply(identity, task_id, failure)

    def apply(self, identity: Identity, task_id: str, report: Report) -> bool | None:
        """Apply a report in one transaction, with those that come at the same time; return `report.caught`."""
        prepared = preparation(task_id, report)
        return self.database.write_jointly(lambda: self._apply(identity, task_id, report), prepared)

    def _apply(self, identity: Identity, task_id: str, report: Report) -> bool | None:
        identity.require(ACCESS_EXTERNAL_TASKS)
        report.worker_id = self._worker(identity, report.worker_id)
        check_report(report)
        task, now = open_task(self.database, identity, task_id, report)
        self._outcomes[type(report)](task, report, now)
        return report.caught

    def _end_completed(self, task: TaskRow, report: Completion, now: int) -> None:
        end_open_task(self.database, task)
        incidents = [] if task.retries is None else open_causes(self.database, [task.id])
        signals.reported.send(self, task=task, report=report)
        erred = report.caught is not None
        row = log_row(task, DELETED if erred else SUCCESSFUL, now, outcome=ERROR if erred else COMPLETED)
        write_log(self.database, [row])
        close_causes(self.database, incidents, "deleted" if erred else "resolved")

    def _end_with_error(self, task: TaskRow, report: BpmnError, now: int) -> None:
        check_error(report)
        end_open_task(self.database, task)
        signals.reported.send(self, task=task, report=report)
        told = {
            "error_code": report.error_code,
            "error_message": cut(report.error_message),
            "error_details": report.error_details,
        }
        write_log(self.database, [log_row(task, DELETED, now, outcome=report.outcome, **told)])
        if task.retries is not None:
            close_incidents(self.database, [task.id], "deleted")

    def _record_failure(self, task: TaskRow, report: Failure, now: int) -> None:
        plan = failures.plan(self.activities, task, report.retries, report.retry_timeout_ms, now)
        failed = failures.record(self.database, task, plan, cut(report.error_message), report.error_details)
        report.recorded = failed
        signals.reported.send(self, task=task, report=report)
        if report.caught is not None:
            end_tasks(self.database, [task.id], ERROR, retries=task.retries)
        else:
            failures.follow_up(self.database, task, failed, now)
            self.database.after_commit(lambda: self._offer_again(failed, plan.at))

    @transaction
    def lock(self, identity: Identity, task_id: str, worker_id: str | None, duration_ms: int | None) -> None:
        """Lock one task for a worker, unless another worker's lock is running. Suspension and retries do not matter.

        Raises InvalidInput, LockNotOwned.
        """
        identity.require(ACCESS_EXTERNAL_TASKS)
        worker = self._worker(identity, worker_id)
        locks.lock(self.database, identity, task_id, worker, positive("duration_ms", duration_ms))

    @transaction
    def extend_lock(
        self,
        identity: Identity,
        task_id: str,
        worker_id: str | None,
        duration_ms: int | None,
        *,
        lock_rule: LockRule = HELD_BY,
    ) -> None:
        """Let the lock end `duration_ms` from now. Under HELD_BY it must be the worker's own and still run; under
        NOT_HELD_BY_ANOTHER the worker becomes its owner.

        Raises InvalidInput, LockNotOwned, LockExpired, Suspended.
        """
        identity.require(ACCESS_EXTERNAL_TASKS)
        duration = positive("duration_ms", duration_ms)
        locks.extend(self.database, identity, task_id, self._worker(identity, worker_id), duration, lock_rule)

    @transaction
    def unlock(self, identity: Identity, task_id: str) -> None:
        """Free one task, whoever holds it."""
        identity.require(ACCESS_EXTERNAL_TASKS)
        locks.unlock(self.database, identity, task_id)

    @transaction
    def release_all_of(self, identity: Identity, worker_id: str) -> int:
        """Free every task that a worker holds and the identity may touch, and return how many."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        return locks.release_all_of(self.database, identity, worker_id)

    @contextmanager
    def handing_out(self, tasks: Sequence[TaskRow]) -> Iterator[None]:
        """Give the fetched tasks back when the answer that was to hand them out cannot be written."""
        try:
            yield
        except BaseException:
            self.give_back(tasks)
            raise

    @transaction
    def give_back(self, tasks: Sequence[TaskRow]) -> int:
        """Free those of the fetched tasks that are still locked by that very fetch, and return how many.

        For answers that could not be delivered.
        """
        return locks.give_back(self.database, tasks)

    @transaction
    def set_retries(self, identity: Identity, task_id: str, retries_left: int | None) -> None:
        """Set the number of retries of one task; at 0 an incident is opened, from 0 upwards its incidents are resolved.

        Raises InvalidInput.
        """
        identity.require(ACCESS_EXTERNAL_TASKS)
        left = required("retries", retries_left)
        not_negative("retries", left)
        retries.set_one(self.database, open_alone(self.database, identity, task_id), left)

    @transaction
    def set_retries_of(self, identity: Identity, chosen: Sequence[str] | Selection, retries_left: int | None) -> int:
        """Set the number of retries of many tasks, of all or of none, and return how many.

        Raises InvalidInput, NothingSelected, ExternalTaskNotFound with the first task that is named and not open.
        """
        identity.require(ACCESS_EXTERNAL_TASKS)
        return retries.set_many(self.database, identity, chosen, required("retries", retries_left))

    @transaction
    def set_priority(self, identity: Identity, task_id: str, priority: int | None) -> None:
        """Set the priority of one task. Raises InvalidInput."""
        identity.require(ACCESS_EXTERNAL_TASKS)
        value = required("priority", priority)
        task = open_alone(self.database, identity, task_id)
        update_by_id(self.database, ExternalTask, task.id, priority=value)

    def _worker(self, identity: Identity, worker_id: str | None) -> str:
        """Return the worker's id. Raises InvalidInput, and WorkerForbidden where ids are bound to their callers."""
        worker = required("worker_id", worker_id)
        mine = identity.user_id
        if self.settings.bind_worker_id and worker != mine and not worker.startswith(f"{mine}:"):
            raise WorkerForbidden(mine, worker)
        return worker

    def _offer_again(self, failed: TaskRow, at: int) -> None:
        if failed.ready:
            self.long_polling.announce_failed(failed.topic)
        else:
            self.long_polling.expect(at)

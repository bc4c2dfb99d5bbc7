"""Lock one external task for a change: its process instance first, then the task itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import peewee

from app import clock
from app.database.database import Database, Preparation, Prepare
from app.database.statements import P, Statement, one_of
from app.database.write import Write, WritePart
from app.identity import Identity
from app.models import ExternalTask, InstanceState
from app.models.external_task import HELD_BY, NOT_HELD_BY_ANOTHER, TASK_COLUMNS, LockRule, TaskRow, holder
from app.models.process_instance import STATE_COLUMNS, StateRow, remember_locked_state
from app.records.reports import BpmnError, Completion, Failure, Report
from app.services.external_tasks.refusals import gone, refusal

_RULES = (HELD_BY, NOT_HELD_BY_ANOTHER)
_IT = ExternalTask.id == P("id")
_ACTIVE = ~ExternalTask.suspended
_JOINED = InstanceState.select(*TASK_COLUMNS, *STATE_COLUMNS).join(
    ExternalTask, on=(ExternalTask.root_id == InstanceState.id)
)
_SINGLE = ExternalTask.select(*TASK_COLUMNS)


def _locking(query: peewee.Select, *conditions: object) -> Statement:
    return Statement(lambda database: database.for_update(query.where(*conditions)))


_WITH_STATE = {rule: _locking(_JOINED, _IT, rule.condition, _ACTIVE) for rule in _RULES}
_ALONE = {rule: _locking(_SINGLE, _IT, rule.condition, _ACTIVE) for rule in _RULES}
_ANYHOW = _locking(_SINGLE, _IT)
_WIDTH = len(TASK_COLUMNS)
_VERBS = {Completion: "complete", BpmnError: "raise_bpmn_error", Failure: "report_failure"}
"""What a refusal calls the reports."""

_OPENED: WritePart[dict[str, tuple[Any, ...]]] = WritePart(dict)
"""The rows of tasks, each with its state, that were locked together with those of other writes."""


def _locking_many(rule: LockRule) -> Statement:
    query = _JOINED.where(one_of(ExternalTask.id, "ids"), rule.condition_of_many, _ACTIVE)
    return Statement(lambda database: database.skip_locked(query))


_MANY = {rule: _locking_many(rule) for rule in _RULES}


def preparation(task_id: str, report: Report) -> Preparation:
    """Return how to open the task of a report together with those of other writes."""
    return _OPEN_MANY[report.lock_rule], (task_id, report.worker_id or "")


def _open_many(rule: LockRule) -> Prepare:
    def prepare(database: Database, wanted: Sequence[tuple[Write, tuple[str, str]]]) -> None:
        """Lock what can be locked without waiting, one task of each process instance; `open_task` sees to the rest."""
        writes = {task_id: write for write, (task_id, _) in wanted}
        if len(writes) < len(wanted):  # a task that two report on is nobody's yet
            counts = Counter(task_id for _, (task_id, _) in wanted)
            writes = {task_id: write for task_id, write in writes.items() if counts[task_id] == 1}
        holders = [holder(*key) for _, key in wanted if key[0] in writes]
        prepared = wanted[0][0].pending.prepared
        for row in _MANY[rule].all(database, ids=list(writes), holders=holders, now=clock.now_ms()):
            task_id, root_id = row[0], row[_WIDTH]
            write = writes[task_id]
            if prepared.setdefault(root_id, write) is write:
                _OPENED.of(write)[task_id] = row
                write.is_prepared = True

    return prepare


_OPEN_MANY = {rule: _open_many(rule) for rule in _RULES}


def open_task(database: Database, identity: Identity, task_id: str, report: Report) -> tuple[TaskRow, int]:
    """Lock a task that the worker of the report may report on, with the state of its root, in one guarded statement.

    Returns the task and the instant of the check. What is locked stays as it is until the end of the transaction, so
    the changes that follow need no condition of their own; the engine finds the state already read. Raises
    ExternalTaskNotFound, TaskFinished, TopicForbidden, LockNotOwned, Suspended.
    """
    now = clock.now_ms()
    worker_id, lock_rule = report.worker_id or "", report.lock_rule
    row = _opened(database, task_id) or _open(database, task_id, worker_id, lock_rule, now)
    if row is None:
        raise refusal(open_alone(database, identity, task_id), _VERBS[type(report)], worker_id, now, lock_rule)
    task = TaskRow(*row[:_WIDTH])
    identity.require_task(task)
    if len(row) > _WIDTH:
        remember_locked_state(database, StateRow(*row[_WIDTH:]))
    return task, now


def _opened(database: Database, task_id: str) -> tuple[Any, ...] | None:
    """Return the task if it was opened together with others, and nobody has changed its process since."""
    write = database.writing
    assert write is not None, "a task is opened inside a write"
    row = _OPENED.of(write).pop(task_id, None)
    return row if row is not None and write.pending.prepared.get(row[_WIDTH]) is write else None


def _open(database: Database, task_id: str, worker_id: str, lock_rule: LockRule, now: int) -> tuple[Any, ...] | None:
    guard = {"id": task_id, "worker_id": worker_id, "now": now}
    return _WITH_STATE[lock_rule].one(database, **guard) or _ALONE[lock_rule].one(database, **guard)


def open_alone(database: Database, identity: Identity, task_id: str) -> TaskRow:
    """Lock a task for a change that does not concern its process, whoever holds it, and return it.

    Raises ExternalTaskNotFound, TaskFinished, TopicForbidden.
    """
    row = _ANYHOW.one(database, id=task_id)
    if row is None:
        raise gone(database, identity, task_id)
    task = TaskRow(*row)
    identity.require_task(task)
    return task

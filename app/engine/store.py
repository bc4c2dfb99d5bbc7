"""A delta → the tables, in bulk: one statement a table that changed, none for one that did not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from app.bpmn.delta import ActivityRecord, Delta, InstanceEnded
from app.bpmn.states import IncidentState, ProcessInstanceState, UserTaskOutcome
from app.database.database import Database
from app.database.statements import insert
from app.engine import rows
from app.engine.new_jobs import as_changed
from app.engine.step_events import tell_begun, tell_ended
from app.engine.store_statements import (
    CLOSE_INCIDENTS,
    CLOSE_INCIDENTS_OF_INSTANCES,
    DELETE_JOBS,
    DELETE_STATE,
    DELETE_SUBSCRIPTIONS,
    DELETE_TASKS,
    END_ACTIVITIES,
    END_CALLED,
    END_ROOT,
    END_SCOPES,
    END_USER_TASKS,
    FORGET_WITH_ROOT,
    REMOVE_VARIABLE,
    REPLACE_LIVE,
    REPLACE_STATE,
)
from app.engine.stored_step import Row, Step
from app.models import (
    ActivityInstance,
    EventSubscription,
    ExternalTask,
    Incident,
    InstanceState,
    Job,
    ProcessInstance,
    UserTask,
    VariableRow,
    VariableUpdate,
)
from app.models.external_task_log import CANCELLED, COMPLETED, ERROR
from app.records.decision_instances import write_decision
from app.records.incidents import UNHANDLED
from app.records.task_endings import end_tasks
from app.records.task_log import write_log


class DeltaStore:
    """Write what a run changed. Everything happens in the caller's transaction, whose instance it has locked."""

    def __init__(self, database: Database, history_days: int) -> None:
        self.database = database
        self.history_days = history_days

    def save(self, step: Step, delta: Delta, revision: int) -> None:
        """Write a delta; `revision` is the one that the state was read at, 0 for a tree that has just begun."""
        if delta.instances_started:
            insert(self.database, ProcessInstance, [rows.instance_row(step, it) for it in delta.instances_started])
        tell_begun(self.database, step, delta)
        self._state(step, delta, revision)
        self._external_tasks(step, delta)
        if delta.activities:
            self._activities(step, delta.activities)
        if delta.variables_set or delta.variables_removed:
            self._variables(step, delta)
        if delta.user_tasks_created or delta.user_tasks_ended:
            self._user_tasks(step, delta)
        if delta.jobs_created or delta.jobs_removed:
            self._jobs(step, delta)
        if delta.subscriptions_created or delta.subscriptions_removed:
            self._subscriptions(step, delta)
        if delta.incidents:
            insert(self.database, Incident, [rows.incident_row(step, incident) for incident in delta.incidents])
        for decided in delta.decisions:
            write_decision(self.database, decided.evaluation, step.now_ms, rows.decision_place(step, decided))
        if delta.instances_ended:
            self._end_instances(step, delta)
        tell_ended(self.database, step, delta)

    def _insert(self, table: Any, new: Sequence[Row]) -> None:
        if new:
            insert(self.database, table, new)

    def _end_instances(self, step: Step, delta: Delta) -> None:
        """Write how instances ended, the last thing of all: what they leave behind has been settled by then."""
        groups: dict[tuple[str, str | None, str | None], list[str]] = defaultdict(list)
        for ended in delta.instances_ended:
            if ended.id == step.root_id:
                self._end_root(step, ended)
            else:
                groups[ended.state, ended.reason, ended.error_code].append(ended.id)
        for (state, reason, code), ids in groups.items():
            END_CALLED.send(self.database, ids=ids, state=state, reason=reason, error_code=code, now=step.now_ms)
        if delta.state is None and step.root.definition.calls:
            FORGET_WITH_ROOT.send(self.database, root_id=step.root_id)
        self._close_incidents(step, delta.instances_ended)

    def _end_root(self, step: Step, ended: InstanceEnded) -> None:
        END_ROOT.send(
            self.database,
            ids=[step.root_id],
            state=ended.state,
            reason=ended.reason,
            error_code=ended.error_code,
            definition_id=step.root.definition.id,
            now=step.now_ms,
            days=self.history_days or None,
        )

    def _close_incidents(self, step: Step, ended: Sequence[InstanceEnded]) -> None:
        """An instance takes its incidents along; an error that nothing caught stays unless a person ended it."""
        for by_person in (False, True):
            ids = [e.id for e in ended if (e.state == ProcessInstanceState.EXTERNALLY_TERMINATED) is by_person]
            if ids:
                kept = "" if by_person else UNHANDLED
                CLOSE_INCIDENTS_OF_INSTANCES.send(
                    self.database, ids=ids, kept=kept, state=IncidentState.DELETED, now=step.now_ms
                )

    def _state(self, step: Step, delta: Delta, revision: int) -> None:
        if delta.state is None:
            if revision:
                DELETE_STATE.send(self.database, ids=[step.root_id])
            return
        body = orjson.dumps({**delta.state, **step.kept}).decode()
        definition_id = step.root.definition.id
        row = {"id": step.root_id, "definition_id": definition_id, "revision": revision + 1, "body": body}
        insert(self.database, InstanceState, [row], on_conflict=REPLACE_STATE if revision else "")

    def _external_tasks(self, step: Step, delta: Delta) -> None:
        """Offer new tasks and take away those that ended; the one that a worker reported is gone already."""
        ended = {task.id: task.outcome for task in delta.tasks_ended if task.id != step.reported_task_id}
        if not ended and not delta.tasks_created:
            return
        made = [rows.task_row(step, task) for task in delta.tasks_created]
        log = [rows.created_log(step, task) for task in made]
        log += [rows.cancelled_log(step, task) for task in made if task["id"] in ended]
        self._insert(ExternalTask, [task for task in made if task["id"] not in ended])
        for task in made:
            ended.pop(task["id"], None)
        if ended:
            self._end_tasks(ended)
        if log:
            write_log(self.database, log)

    def _end_tasks(self, ended: Mapping[str, str]) -> None:
        """Take stored tasks away. One that ends with an error now was reported earlier and kept (`EngineNotifier`)."""
        for outcome in (CANCELLED, COMPLETED):
            end_tasks(self.database, [id for id, how in ended.items() if how == outcome], outcome)
        kept = [id for id, how in ended.items() if how == ERROR]
        if kept:
            DELETE_TASKS.send(self.database, ids=kept)

    def _activities(self, step: Step, records: Iterable[ActivityRecord]) -> None:
        begun = []
        ended: dict[tuple[int | None, bool, bool], list[str]] = defaultdict(list)
        for record in records:
            if record.begun:
                begun.append(rows.activity_row(step, record))
            else:
                ended[record.ended_at, record.canceled, record.complete_scope].append(record.id)
        self._insert(ActivityInstance, begun)
        for (ended_at, canceled, complete_scope), ids in ended.items():
            END_ACTIVITIES.send(
                self.database, ids=ids, ended_at=ended_at, canceled=canceled, complete_scope=complete_scope
            )

    def _variables(self, step: Step, delta: Delta) -> None:
        """Delete, set, end scopes, in this order.

        What was deleted may have been set again, and what was set in a scope that has ended since is history too.
        """
        for change in delta.variables_removed:
            if change.name is not None:
                REMOVE_VARIABLE.send(
                    self.database, execution_id=change.execution_id, name=change.name, deleted=change.explicit
                )
        updates = [rows.variable_row(step, change) for change in delta.variables_set]
        if updates:
            values = rows.with_user_tasks(rows.last_values(updates), delta.variables_set)
            insert(self.database, VariableRow, values, on_conflict=REPLACE_LIVE)
            insert(self.database, VariableUpdate, updates)
        scopes = {change.execution_id for change in delta.variables_removed if change.name is None}
        if scopes:
            END_SCOPES.send(self.database, execution_ids=list(scopes))

    def _user_tasks(self, step: Step, delta: Delta) -> None:
        self._insert(UserTask, [rows.user_task_row(step, task) for task in delta.user_tasks_created])
        for outcome in (UserTaskOutcome.COMPLETED, UserTaskOutcome.DELETED):
            ids = [task.id for task in delta.user_tasks_ended if task.outcome == outcome]
            if ids:
                END_USER_TASKS.send(self.database, ids=ids, outcome=outcome, now=step.now_ms)

    def _jobs(self, step: Step, delta: Delta) -> None:
        removed = set(delta.jobs_removed)
        made = [rows.job_row(step, job) for job in delta.jobs_created if job.id not in removed]
        if made:
            insert(self.database, Job, as_changed(self.database, made))
        stored = list(removed - {job.id for job in delta.jobs_created})
        if stored:
            DELETE_JOBS.send(self.database, ids=stored)
            CLOSE_INCIDENTS.send(self.database, subjects=stored, state=IncidentState.RESOLVED, now=step.now_ms)

    def _subscriptions(self, step: Step, delta: Delta) -> None:
        removed = set(delta.subscriptions_removed)
        new = [rows.subscription_row(step, s) for s in delta.subscriptions_created if s.id not in removed]
        self._insert(EventSubscription, new)
        stored = list(removed - {s.id for s in delta.subscriptions_created})
        if stored:
            DELETE_SUBSCRIPTIONS.send(self.database, ids=stored)

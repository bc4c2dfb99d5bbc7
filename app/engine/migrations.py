"""What a migration changes in the tables: all equal rows at once. Before that: is the instance where the plan says?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Any

import peewee

from app.bpmn.migration import Migration, Moved
from app.bpmn.migration.moved import MovedJob
from app.bpmn.states import IncidentState
from app.database.database import Database
from app.database.statements import P, Statement, one_of
from app.engine.store_statements import CLOSE_INCIDENTS, LIVE
from app.engine.stored_step import Row, Step
from app.errors import MigrationMismatch, ProcessInstanceNotFound
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
)


def _set(table: Any, *names: str) -> Any:
    return table.update({getattr(table, name): P(name) for name in names})


_PLACE = ("definition_id", "definition_key")
_OPEN = peewee.SQL("state = 'open'")
_ROOT = Statement(_set(InstanceState, "definition_id").where(InstanceState.id == P("id")))
_INSTANCE = Statement(_set(ProcessInstance, *_PLACE).where(ProcessInstance.id == P("id")))
_ACTIVITIES = Statement(
    _set(ActivityInstance, *_PLACE, "activity_id", "activity_name", "activity_type", "parent_id").where(
        one_of(ActivityInstance.id, "ids"), ActivityInstance.ended_at.is_null()
    )
)
_TASKS = Statement(
    _set(ExternalTask, *_PLACE, "definition_version_tag", "activity_id", "scopes").where(one_of(ExternalTask.id, "ids"))
)
_USER_TASKS = Statement(
    _set(UserTask, *_PLACE, "activity_id", "form_key").where(one_of(UserTask.id, "ids"), UserTask.ended_at.is_null())
)
_JOBS = Statement(_set(Job, *_PLACE, "deployment_id", "activity_id", "retry_cycle").where(one_of(Job.id, "ids")))
_DUE = Statement(_set(Job, "due_at", "repeat").where(one_of(Job.id, "ids")))
_SUBSCRIPTIONS = Statement(
    _set(EventSubscription, "definition_id", "activity_id", "execution_id").where(one_of(EventSubscription.id, "ids"))
)
_NAMES = Statement(_set(EventSubscription, "name").where(one_of(EventSubscription.id, "ids")))
_VARIABLES = Statement(_set(VariableRow, *_PLACE).where(one_of(VariableRow.execution_id, "ids"), LIVE))
_INCIDENTS = Statement(_set(Incident, *_PLACE).where(Incident.process_instance_id == P("id"), _OPEN))
_INCIDENTS_AT = Statement(
    _set(Incident, "activity_id").where(
        Incident.process_instance_id == P("id"), one_of(Incident.execution_id, "ids"), _OPEN
    )
)
_INCIDENTS_OF = Statement(
    _set(Incident, "activity_id", "job_definition_id").where(one_of(Incident.configuration, "ids"), _OPEN)
)


def require_source(state: Row, migration: Migration) -> None:
    """Tell by a locked state that an instance still is one of the definition that it is to leave.

    Raises ProcessInstanceNotFound, MigrationMismatch.
    """
    id, expected = migration.instance_id, migration.source.definition_id
    instance = state["executions"].get(id)
    if instance is None:
        raise ProcessInstanceNotFound(id)
    if instance["d"] != expected:
        raise MigrationMismatch(
            "definition",
            f"Process instance '{id}' cannot be migrated. Its process definition '{instance['d']}' does not match the "
            f"source process definition of the migration plan '{expected}'",
        )


def save_moved(database: Database, step: Step, moved: Moved, jobs_removed: Iterable[str]) -> None:
    """Write what moved, before the delta is written. Locks, retries and all that people and workers said stay.

    The incidents of jobs that go are deleted with them: nothing has made them good.
    """
    definition = step.facts(moved.instance_id).definition
    place = {"definition_id": definition.id, "definition_key": definition.key}
    _INSTANCE.send(database, id=moved.instance_id, **place)
    if moved.instance_id == step.root_id:
        _ROOT.send(database, id=step.root_id, definition_id=definition.id)
    _VARIABLES.send(database, ids=moved.execution_ids, **place)
    _INCIDENTS.send(database, id=moved.instance_id, **place)
    _activities(database, moved, place)
    _tasks(database, step, moved, place | {"definition_version_tag": definition.version_tag})
    _jobs(database, moved.jobs, place | {"deployment_id": definition.deployment_id})
    _subscriptions(database, moved, definition.id)
    removed = list(jobs_removed)
    if removed:
        CLOSE_INCIDENTS.send(database, subjects=removed, state=IncidentState.DELETED, now=step.now_ms)


def _groups(pairs: Iterable[tuple[Hashable, str | None]]) -> Iterable[tuple[Any, list[str]]]:
    """Return what is to be written with the ids of all rows that it is written to."""
    found: dict[Any, list[str]] = defaultdict(list)
    for values, id in pairs:
        if id is not None:
            found[values].append(id)
    return found.items()


def _activities(database: Database, moved: Moved, place: Row) -> None:
    names = ("activity_id", "activity_name", "activity_type", "parent_id")
    became = ((tuple(getattr(each, name) for name in names), each.id) for each in moved.activities)
    for values, ids in _groups(became):
        _ACTIVITIES.send(database, ids=ids, **dict(zip(names, values, strict=True)), **place)
    for activity_id, ids in _groups((each.activity_id, each.execution_id) for each in moved.activities):
        _INCIDENTS_AT.send(database, id=moved.instance_id, ids=ids, activity_id=activity_id)


def _tasks(database: Database, step: Step, moved: Moved, place: Row) -> None:
    waiting = (each for each in moved.activities if each.external_task_id is not None)
    external = (
        ((each.activity_id, step.scopes(each.execution_id, moved.instance_id)), each.external_task_id)
        for each in waiting
    )
    for (activity_id, scopes), ids in _groups(external):
        _TASKS.send(database, ids=ids, activity_id=activity_id, scopes=scopes, **place)
    person = {name: place[name] for name in _PLACE}
    people = (((each.activity_id, each.form_key), each.user_task_id) for each in moved.activities)
    for (activity_id, form_key), ids in _groups(people):
        _USER_TASKS.send(database, ids=ids, activity_id=activity_id, form_key=form_key, **person)


def _jobs(database: Database, jobs: list[MovedJob], place: Row) -> None:
    became = (((job.activity_id, job.kind, job.retry_cycle), job.id) for job in jobs)
    for (activity_id, kind, cycle), ids in _groups(became):
        _JOBS.send(database, ids=ids, activity_id=activity_id, retry_cycle=cycle, **place)
        made_by = f"{activity_id}:{kind}:{place['definition_id']}"
        _INCIDENTS_OF.send(database, ids=ids, activity_id=activity_id, job_definition_id=made_by)
    for due, ids in _groups((job.new_due, job.id) for job in jobs if job.new_due is not None):
        _DUE.send(database, ids=ids, due_at=due.due_at, repeat=due.repeat)


def _subscriptions(database: Database, moved: Moved, definition_id: str) -> None:
    at = (((each.activity_id, each.execution_id), each.id) for each in moved.subscriptions)
    for (activity_id, execution_id), ids in _groups(at):
        values = {"activity_id": activity_id, "execution_id": execution_id}
        _SUBSCRIPTIONS.send(database, ids=ids, definition_id=definition_id, **values)
    for new, ids in _groups((each.new_name, each.id) for each in moved.subscriptions if each.new_name is not None):
        _NAMES.send(database, ids=ids, name=new.name)

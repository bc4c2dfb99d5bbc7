"""Lock one external task for a change: its process instance first, then the task itself."""

from __future__ import annotations

from app.identity import Identity
from app.models import ExternalTask, InstanceState
from app.models.database import Database
from app.models.external_task import TASK_COLUMNS, TaskRow
from app.models.process_instance import STATE_COLUMNS, StateRow, remember_locked_state
from app.models.statements import P, Statement
from app.services.refusals import gone

_WITH_STATE = Statement(
    lambda database: database.for_update(
        InstanceState.select(*TASK_COLUMNS, *STATE_COLUMNS)
        .join(ExternalTask, on=(ExternalTask.root_id == InstanceState.id))
        .where(ExternalTask.id == P("id"))
    )
)
_ALONE = Statement(
    lambda database: database.for_update(ExternalTask.select(*TASK_COLUMNS).where(ExternalTask.id == P("id")))
)
_WIDTH = len(TASK_COLUMNS)


def open_task(database: Database, identity: Identity, task_id: str) -> TaskRow:
    """Lock the state of the task's root instance and the task, in one statement, and return the task.

    The engine finds the state, already read, when it locks it. Raises ExternalTaskNotFound, TaskFinished,
    TopicForbidden.
    """
    row = _WITH_STATE.one(database, id=task_id)
    if row is None:
        return open_alone(database, identity, task_id)
    task = TaskRow(*row[:_WIDTH])
    identity.require_topic(task.topic)
    remember_locked_state(database, StateRow(*row[_WIDTH:]))
    return task


def open_alone(database: Database, identity: Identity, task_id: str) -> TaskRow:
    """Lock a task for a change that does not concern its process, or whose process is elsewhere, and return it.

    Raises ExternalTaskNotFound, TaskFinished, TopicForbidden.
    """
    row = _ALONE.one(database, id=task_id)
    if row is None:
        raise gone(database, identity, task_id)
    task = TaskRow(*row)
    identity.require_topic(task.topic)
    return task

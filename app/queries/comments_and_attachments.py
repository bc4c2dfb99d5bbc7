"""Comments and attachments of user tasks and process instances."""

from __future__ import annotations

from app.database.database import Database
from app.errors import NotFound
from app.models import ProcessInstance, UserTask
from app.models.attachment import Attachment
from app.models.comment import Comment
from app.queries.conditions import equals
from app.queries.history.record import Records

COMMENTS: Records[Comment] = Records(
    "comment",
    Comment,
    filters={
        "id": equals(Comment.id),
        "task_id": equals(Comment.task_id),
        "process_instance_id": equals(Comment.process_instance_id),
    },
    orders={"at": Comment.created_at},
)


ATTACHMENTS: Records[Attachment] = Records(
    "attachment",
    Attachment,
    filters={"id": equals(Attachment.id), "task_id": equals(Attachment.task_id)},
    orders={"at": Attachment.created_at},
)


def require_task(database: Database, task_id: str) -> None:
    """Raise NotFound unless there is, or was, such a user task."""
    database.read(lambda: task_place(task_id))


def require_instance(database: Database, instance_id: str) -> None:
    """Raise NotFound unless there is, or was, such a process instance."""
    query = ProcessInstance.select().where(ProcessInstance.id == instance_id)
    if not database.read(query.exists):
        raise NotFound(instance_id, kind="process instance")


def task_place(task_id: str) -> dict[str, str]:
    """Within a transaction: return the columns that say where a user task, open or ended, belongs. Raises NotFound."""
    task = UserTask.get_or_none(UserTask.id == task_id)
    if task is None:
        raise NotFound(task_id, kind="task")
    return {"task_id": task_id, "process_instance_id": task.process_instance_id, "root_id": task.root_id}

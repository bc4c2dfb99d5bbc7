"""What persons add to user tasks and process instances: comments, files and links. Each verb raises Forbidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app import clock
from app.errors import InvalidInput, NotFound
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.ids import new_id
from app.models import Attachment, Comment, ProcessInstance, UserTask
from app.models.database import Database

MAX_TEXT = 4000
MAX_CONTENT = 20_000_000


def comment_on_task(database: Database, identity: Identity, task_id: str, message: str) -> Comment:
    """Add a comment to a user task, open or ended, and return it. Raises NotFound, InvalidInput."""
    _check("message", message)

    def work() -> Comment:
        place = _task_place(task_id)
        made: Comment = Comment.create(
            id=new_id(), message=message, user_id=identity.user_id, created_at=clock.now_ms(), **place
        )
        return made

    comment: Comment = _allowed(database, identity, work)
    return comment


def change_comment(database: Database, identity: Identity, id: str, owner: dict[str, str], message: str) -> None:
    """Set the text of a comment; `owner` is `{"task_id": …}` or `{"process_instance_id": …}`.

    Raises NotFound, InvalidInput.
    """
    _check("message", message)
    change = Comment.update(message=message).where(Comment.id == id, *_of(Comment, owner))
    if not _allowed(database, identity, change.execute):
        raise NotFound(id, kind="comment")


def delete_comments(database: Database, identity: Identity, owner: dict[str, str], id: str | None = None) -> None:
    """Delete one comment of a task or an instance, or all of them. Raises NotFound for one that is not there."""
    which = _of(Comment, owner) if id is None else [Comment.id == id, *_of(Comment, owner)]
    count = _allowed(database, identity, Comment.delete().where(*which).execute)
    if id is not None and not count:
        raise NotFound(id, kind="comment")


def attach(
    database: Database,
    identity: Identity,
    task_id: str,
    *,
    name: str | None = None,
    description: str | None = None,
    kind: str | None = None,
    url: str | None = None,
    content: bytes | None = None,
) -> Attachment:
    """Add a file or a link to a user task, open or ended, and return it. Raises NotFound, InvalidInput."""
    texts = {"name": name, "description": description, "kind": kind, "url": url}
    for field, text in texts.items():
        _check(field, text)
    if content is not None and len(content) > MAX_CONTENT:
        raise InvalidInput(f"An attachment has {MAX_CONTENT} bytes at most.", field="content", rule="too_long")

    def work() -> Attachment:
        place = _task_place(task_id)
        made: Attachment = Attachment.create(id=new_id(), content=content, created_at=clock.now_ms(), **texts, **place)
        return made

    attachment: Attachment = _allowed(database, identity, work)
    return attachment


def detach(database: Database, identity: Identity, task_id: str, id: str) -> None:
    """Delete an attachment of a task. Raises NotFound."""
    delete = Attachment.delete().where(Attachment.id == id, Attachment.task_id == task_id)
    if not _allowed(database, identity, delete.execute):
        raise NotFound(id, kind="attachment")


def require_task(database: Database, task_id: str) -> None:
    """Raise NotFound unless there is, or was, such a user task."""
    database.read(lambda: _task_place(task_id))


def require_instance(database: Database, instance_id: str) -> None:
    """Raise NotFound unless there is, or was, such a process instance."""
    query = ProcessInstance.select().where(ProcessInstance.id == instance_id)
    if not database.read(query.exists):
        raise NotFound(instance_id, kind="process instance")


def _allowed(database: Database, identity: Identity, work: Callable[[], Any]) -> Any:
    identity.require(MANAGE_PROCESS_INSTANCES)
    return database.write(work)


def _task_place(task_id: str) -> dict[str, str]:
    task = UserTask.get_or_none(UserTask.id == task_id)
    if task is None:
        raise NotFound(task_id, kind="task")
    return {"task_id": task_id, "process_instance_id": task.process_instance_id, "root_id": task.root_id}


def _of(model: Any, owner: dict[str, str]) -> list[Any]:
    return [getattr(model, name) == id for name, id in owner.items()]


def _check(field: str, text: str | None) -> None:
    if text is not None and len(text) > MAX_TEXT:
        raise InvalidInput(f"{field} may have {MAX_TEXT} characters at most.", field=field, rule="too_long")

"""Comments that persons write on user tasks and process instances."""

from __future__ import annotations

from typing import Any

from app import clock
from app.database.database import Database
from app.errors import NotFound
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.ids import new_id
from app.models import Comment
from app.queries.comments_and_attachments import task_place
from app.services.validation import check_length

MAX_TEXT = 4000


class Comments:
    """Write, change and delete comments. Each verb raises Forbidden."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, identity: Identity, task_id: str, message: str) -> Comment:
        """Add a comment to a user task, open or ended, and return it. Raises NotFound, InvalidInput."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        check_length("message", message, MAX_TEXT)

        def work() -> Comment:
            place = task_place(task_id)
            made: Comment = Comment.create(
                id=new_id(), message=message, user_id=identity.user_id, created_at=clock.now_ms(), **place
            )
            return made

        comment: Comment = self.database.write(work)
        return comment

    def change(self, identity: Identity, id: str, owner: dict[str, str], message: str) -> None:
        """Set the text of a comment; `owner` is `{"task_id": …}` or `{"process_instance_id": …}`.

        Raises NotFound, InvalidInput.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        check_length("message", message, MAX_TEXT)
        change = Comment.update(message=message).where(Comment.id == id, *_of(Comment, owner))
        if not self.database.write(change.execute):
            raise NotFound(id, kind="comment")

    def delete(self, identity: Identity, owner: dict[str, str], id: str | None = None) -> None:
        """Delete one comment of a task or an instance, or all of them. Raises NotFound for one that is not there."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        which = _of(Comment, owner) if id is None else [Comment.id == id, *_of(Comment, owner)]
        count = self.database.write(Comment.delete().where(*which).execute)
        if id is not None and not count:
            raise NotFound(id, kind="comment")


def _of(model: Any, owner: dict[str, str]) -> list[Any]:
    return [getattr(model, name) == id for name, id in owner.items()]

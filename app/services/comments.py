"""Comments that persons write on user tasks and process instances."""

from __future__ import annotations

from typing import Any, Literal

from app import clock
from app.database.database import Database
from app.database.decorators import transaction
from app.errors import NotFound
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.ids import new_id
from app.models import Comment
from app.queries.comments_and_attachments import COMMENTS, require_instance, require_task, task_place
from app.services.validation import check_length
from app.storable import storable

MAX_TEXT = 4000
Owner = tuple[Literal["task", "process instance"], str]
"""What comments stand at, and its id."""


class Comments:
    """Write, change and delete comments. Every verb raises Forbidden, and NotFound (of that kind) for a task or an
    instance that never was."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @transaction
    def add(self, identity: Identity, task_id: str, message: str) -> Comment:
        """Add a comment to a user task, open or ended, and return it. Raises NotFound, InvalidInput."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        check_length("message", message, MAX_TEXT)
        place = task_place(task_id)
        id = new_id()
        Comment.create(id=id, message=storable(message), user_id=identity.user_id, created_at=clock.now_ms(), **place)
        return COMMENTS.get(self.database, id)

    @transaction
    def change(self, identity: Identity, id: str, owner: Owner, message: str) -> None:
        """Set the text of a comment of a task or an instance. Raises NotFound, InvalidInput."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        mine = self._of(owner)
        check_length("message", message, MAX_TEXT)
        if not Comment.update(message=storable(message)).where(Comment.id == id, mine).execute():
            raise NotFound(id, kind="comment")

    @transaction
    def delete(self, identity: Identity, owner: Owner, id: str | None = None) -> None:
        """Delete one comment of a task or an instance, or all of them. Raises NotFound for one that is not there."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        mine = self._of(owner)
        count = Comment.delete().where(mine if id is None else (Comment.id == id) & mine).execute()
        if id is not None and not count:
            raise NotFound(id, kind="comment")

    def _of(self, owner: Owner) -> Any:
        """Return the condition that a comment is one of the owner's. Raises NotFound if the owner is not there."""
        kind, id = owner
        if kind == "task":
            require_task(self.database, id)
            return Comment.task_id == id
        require_instance(self.database, id)
        return Comment.process_instance_id == id

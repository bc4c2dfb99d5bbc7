"""Files and links that persons add to user tasks."""

from __future__ import annotations

from app import clock
from app.database.database import Database
from app.database.decorators import transaction
from app.errors import InvalidInput, NotFound
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.ids import new_id
from app.models import Attachment
from app.queries.comments_and_attachments import ATTACHMENTS, task_place
from app.services.validation import check_length

MAX_TEXT = 4000
MAX_CONTENT = 20_000_000


class Attachments:
    """Add and delete attachments. Each verb raises Forbidden."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @transaction
    def add(
        self,
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
        identity.require(MANAGE_PROCESS_INSTANCES)
        texts = {"name": name, "description": description, "kind": kind, "url": url}
        for field, text in texts.items():
            check_length(field, text, MAX_TEXT)
        if content is not None and len(content) > MAX_CONTENT:
            raise InvalidInput(f"An attachment has {MAX_CONTENT} bytes at most.", field="content", rule="too_long")
        place = task_place(task_id)
        id = new_id()
        Attachment.create(id=id, content=content, created_at=clock.now_ms(), **texts, **place)
        return ATTACHMENTS.get(self.database, id)

    def delete(self, identity: Identity, task_id: str, id: str) -> None:
        """Delete an attachment of a task. Raises NotFound."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        delete = Attachment.delete().where(Attachment.id == id, Attachment.task_id == task_id)
        if not self.database.write(delete.execute):
            raise NotFound(id, kind="attachment")

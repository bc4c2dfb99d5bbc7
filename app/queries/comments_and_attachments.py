"""Comments and attachments of user tasks and process instances."""

from __future__ import annotations

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

"""Add the user task whose own variable one is."""

from __future__ import annotations

from app.database.schema_changes import AddColumn, Change

CHANGES: tuple[Change, ...] = (AddColumn("variable", "user_task_id TEXT"),)

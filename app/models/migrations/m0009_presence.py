"""Add what operators look at: the processes of all servers, who polls, which workers there are, and what they do."""

from __future__ import annotations

from app.database.schema_changes import AddIndex, AddTable, Change, Index

CHANGES: tuple[Change, ...] = (
    AddTable(
        "server_process",
        """
        id TEXT NOT NULL PRIMARY KEY, host TEXT NOT NULL, pid INTEGER NOT NULL, started_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL
        """,
        churns=True,
    ),
    AddTable(
        "parked_polls",
        "id TEXT NOT NULL PRIMARY KEY, process_id TEXT NOT NULL, topic TEXT NOT NULL, polls INTEGER NOT NULL",
        indexes=(Index("parked_polls_process_id", "(process_id)"),),
        churns=True,
    ),
    AddTable(
        "worker",
        """
        id TEXT NOT NULL PRIMARY KEY, topics TEXT NOT NULL, address TEXT, other_address TEXT, other_seen_at BIGINT,
        first_seen_at BIGINT NOT NULL, seen_at BIGINT NOT NULL
        """,
        indexes=(Index("worker_seen_at", "(seen_at)"),),
        churns=True,
    ),
    AddTable(
        "work_count",
        """
        id TEXT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, name TEXT NOT NULL, at BIGINT NOT NULL,
        completed INTEGER NOT NULL, failed INTEGER NOT NULL, erred INTEGER NOT NULL, expired INTEGER NOT NULL
        """,
        indexes=(Index("work_count_at", "(at)"), Index("work_count_name", "(subject, name, at)")),
        churns=True,
    ),
    AddIndex("external_task", Index("external_task_failed", "(topic) WHERE retries = 0")),
    AddIndex("external_task", Index("external_task_suspended", "(topic) WHERE suspended")),
)

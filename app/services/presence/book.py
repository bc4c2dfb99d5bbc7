"""What one process has seen since it told the others last."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.models.external_task_log import COMPLETED, EXPIRED, FAILED

MS_PER_MINUTE = 60_000
MOST_WORKERS = 10_000
"""Workers that are remembered between two tellings; who makes up more ids than that is counted no more."""

Counts = Counter[tuple[str, str, int, str]]
"""How often: subject (`topic` or `worker`), its name, the minute, and what became of a task."""


@dataclass(slots=True)
class Sighting:
    """A worker that has polled: for which topics, from where, when last."""

    topics: tuple[str, ...]
    address: str | None
    seen_at: int


class PresenceBook:
    """The memory of one process; every thread writes into it."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._workers: dict[str, Sighting] = {}
        self._counts: Counts = Counter()

    def polled(self, worker_id: str, topics: Iterable[str], address: str | None, now: int) -> None:
        """Remember that a worker has asked for tasks."""
        with self._mutex:
            if worker_id in self._workers or len(self._workers) < MOST_WORKERS:
                self._workers[worker_id] = Sighting(tuple(topics), address, now)

    def logged(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Count what rows of the external tasks' log say: what became of tasks, by topic and by worker."""
        with self._mutex:
            for row in rows:
                column = _column(row["kind"], row.get("outcome"))
                if column is not None:
                    minute = row["at"] - row["at"] % MS_PER_MINUTE
                    self._counts["topic", row["topic"], minute, column] += 1
                    if row["worker_id"] is not None:
                        self._counts["worker", row["worker_id"], minute, column] += 1

    def put_back(self, workers: Mapping[str, Sighting], counts: Counts) -> None:
        """Remember again what could not be told; what was seen meanwhile is newer."""
        with self._mutex:
            self._workers = {**workers, **self._workers}
            self._counts.update(counts)

    def take(self) -> tuple[dict[str, Sighting], Counts]:
        """Return what has not been told, and forget it."""
        with self._mutex:
            taken = self._workers, self._counts
            self._workers, self._counts = {}, Counter()
        return taken


def _column(kind: int, outcome: str | None) -> str | None:
    """Return which count a row of the log belongs to; none for a task that was made or taken away."""
    if kind == FAILED:
        return "failed"
    if kind == EXPIRED:
        return "expired"
    if outcome == COMPLETED:
        return "completed"
    return "erred" if outcome in ("error", "service error") else None

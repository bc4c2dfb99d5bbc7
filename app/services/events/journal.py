"""Write the events of a transaction as one row of it, the last thing before its commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from app import clock, signals
from app.bpmn.plain_json import to_token
from app.bpmn.values import Variables
from app.database.database import Database
from app.database.statements import insert
from app.database.write import WritePart
from app.json_text import dump
from app.models import Event as EventRow
from app.models.external_task import TaskRow
from app.models.external_task_log import COMPLETED
from app.records.events import TASK_FINISHED, Event
from app.records.reports import Completion, Report

MAX_RESULT_BYTES = 65_536
"""A longer result of a task is left out of its event: whoever needs it asks for the variables."""

_RESULTS: WritePart[dict[str, Variables]] = WritePart(dict)
"""The variables of each task that has been completed, until it is told to be finished."""


class EventJournal:
    """Records what is told about one database; `after_commit` is called when something of it has become true."""

    def __init__(self, database: Database, after_commit: Callable[[], object]) -> None:
        self.database = database
        self._after_commit = after_commit

    def connect(self, external_tasks: object) -> None:
        """Begin to record, with the results that workers report to this service."""
        signals.occurred.connect(self._occurred, sender=self.database, weak=False)
        signals.reported.connect(self._reported, sender=external_tasks, weak=False)

    def _occurred(self, _: Database, *, events: Sequence[Event]) -> None:
        """Write what happened, the result of each task that was completed with it."""
        write = self.database.writing
        assert write is not None, "events are written with their transaction"
        for event in events:
            if event["type"] == TASK_FINISHED and event["outcome"] == COMPLETED:
                event["result"] = _result(_RESULTS.of(write).get(event["external_task_id"], {}))
        insert(self.database, EventRow, [{"at": clock.now_ms(), "body": dump(events).decode()}])
        write.after_commit.append(self._after_commit)

    def _reported(self, _: object, *, task: TaskRow, report: Report) -> None:
        """Remember the result until the task is told to be finished, after its process has gone on."""
        if not isinstance(report, Completion):
            return
        write = self.database.writing
        assert write is not None, "a task is completed in a write"
        _RESULTS.of(write)[task.id] = {**report.local_variables, **report.variables}


def _result(variables: Variables) -> Any:
    """Return the variables as a token, already written as JSON; null when they are too long."""
    text = dump(to_token(variables))
    return orjson.Fragment(text) if len(text) <= MAX_RESULT_BYTES else None

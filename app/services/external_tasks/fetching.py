"""Fetch and lock: take the first ready tasks, with what their workers need of their processes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import orjson
import peewee

from app import clock
from app.bpmn.values import Variable
from app.database.database import Database
from app.database.statements import Statement, one_of
from app.models import VariableRow
from app.models.external_task import TaskRow
from app.models.variable import COLUMNS, from_columns
from app.records.events import tell_locked
from app.records.expired_locks import reclaim
from app.services.external_tasks.activity_facts import ActivityFacts
from app.services.external_tasks.fetch_requests import FetchRequest, LockedTask, TopicRequest
from app.services.external_tasks.fetch_statements import SPARE_CANDIDATES, fetch_statement, shape_of, values_of
from app.services.external_tasks.locks import give_back

_VARIABLES = Statement(
    VariableRow.select(*COLUMNS).where(one_of(VariableRow.execution_id, "scopes"), peewee.SQL("live = 1"))
)


class Fetching:
    """Lock tasks for workers."""

    def __init__(self, database: Database, activities: ActivityFacts, max_silent_expiries: int) -> None:
        self.database = database
        self._activities = activities
        self._max_silent_expiries = max_silent_expiries

    def fetch(self, request: FetchRequest) -> list[LockedTask]:
        """Lock what a checked request asks for and return it, in the order asked for."""
        if not request.topic_names:
            return []
        tasks = self.database.write(lambda: self._lock(request))
        if not tasks:
            return []
        try:
            self._fill(request, tasks)
        except BaseException:
            self.database.write(lambda: give_back(self.database, tasks))
            raise
        return tasks

    def _lock(self, request: FetchRequest) -> list[LockedTask]:
        now = clock.now_ms()
        statement = fetch_statement(shape_of(request))
        values = values_of(request, now)

        def take(limit: int) -> list[LockedTask]:
            rows = statement.all(self.database, limit=limit, candidates=4 * limit + SPARE_CANDIDATES, **values)
            return [LockedTask(*row) for row in rows]

        tasks = take(request.max_tasks)
        if len(tasks) < request.max_tasks and self._may_find_more(request, now):
            tasks += take(request.max_tasks - len(tasks))
        tell_locked(self.database, tasks)
        return _sorted(tasks, request)

    def _may_find_more(self, request: FetchRequest, now: int) -> bool:
        """Make tasks ready whose locks have ended; look again for those, or where others took the candidates."""
        reclaimed = reclaim(self.database, now, self._max_silent_expiries)
        return len(request.by_topic) > 1 or not reclaimed.keys().isdisjoint(request.by_topic)

    def _fill(self, request: FetchRequest, tasks: Sequence[LockedTask]) -> None:
        scopes = [_scopes(task, request.by_topic[task.topic]) for task in tasks]
        variables = self._variables({scope for of_task in scopes for scope in of_task})
        for task, of_task in zip(tasks, scopes, strict=True):
            topic = request.by_topic[task.topic]
            task.variables = _visible(of_task, topic, variables)
            task.extension_properties = (
                self._activities.extension_properties(task.definition_id, task.activity_id)
                if topic.include_extension_properties
                else {}
            )

    def _variables(self, scopes: set[str]) -> dict[str, dict[str, Variable]]:
        """Load the variables of all scopes with one statement: execution id → name → variable."""
        found: dict[str, dict[str, Variable]] = defaultdict(dict)
        if scopes:
            rows = self.database.read(lambda: _VARIABLES.all(self.database, scopes=list(scopes)))
            for execution_id, name, *columns in rows:
                found[execution_id][name] = from_columns(*columns)
        return found


def _scopes(task: TaskRow, topic: TopicRequest) -> list[str]:
    """Return the executions whose variables the worker wants, innermost first."""
    if topic.variables is not None and not topic.variables:
        return []
    if topic.local_variables:
        return [task.execution_id]
    scopes: list[str] = orjson.loads(task.scopes) if task.scopes else []
    return scopes or [task.execution_id, task.process_instance_id]


def _visible(scopes: list[str], topic: TopicRequest, variables: dict[str, dict[str, Variable]]) -> dict[str, Variable]:
    """Return the variables that the worker wants; of two with one name the nearest counts."""
    seen: dict[str, Variable] = {}
    for scope in reversed(scopes):
        seen.update(variables.get(scope, {}))
    if topic.variables is None:
        return seen
    return {name: seen[name] for name in topic.variables if name in seen}


def _sorted(tasks: list[LockedTask], request: FetchRequest) -> list[LockedTask]:
    """RETURNING has no order of its own."""
    tasks.sort(key=lambda task: (task.created_at, task.id), reverse=request.sorting == "desc")
    if request.use_priority:
        tasks.sort(key=lambda task: -task.priority)
    return tasks

"""What happened at the activities of one process definition, as numbers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import peewee

from app.database.database import Database
from app.models.activity_instance import ActivityInstance
from app.models.incident import Incident
from app.models.process_instance import ProcessInstance
from app.queries.conditions import Criteria, all_of
from app.queries.history.process_instances import HISTORIC_PROCESS_INSTANCES


@dataclass(slots=True)
class ActivityStatistics:
    """What happened at one activity; incidents by their state."""

    running: int = 0
    finished: int = 0
    canceled: int = 0
    complete_scope: int = 0
    open_incidents: int = 0
    resolved_incidents: int = 0
    deleted_incidents: int = 0


def activity_statistics(
    database: Database, definition_id: str, of_instances: Criteria
) -> dict[str, ActivityStatistics]:
    """Return what happened, by activity id. `of_instances` are criteria of `HISTORIC_PROCESS_INSTANCES`."""
    found: defaultdict[str, ActivityStatistics] = defaultdict(ActivityStatistics)
    activities = _activities(definition_id, of_instances).bind(database)
    incidents = _incidents(definition_id, of_instances).bind(database)
    counted = database.read(lambda: (list(activities), list(incidents)))
    for activity_id, *numbers in counted[0]:
        found[activity_id] = ActivityStatistics(*(int(number or 0) for number in numbers))
    for activity_id, state, count in counted[1]:
        setattr(found[activity_id], f"{state}_incidents", count)
    return dict(found)


def _activities(definition_id: str, of_instances: Criteria) -> Any:
    ended = ActivityInstance.ended_at.is_null(False)
    counts = (
        _how_many(ActivityInstance.ended_at.is_null()),
        _how_many(ended),
        _how_many(ActivityInstance.canceled == True),  # noqa: E712
        _how_many(ActivityInstance.complete_scope == True),  # noqa: E712
    )
    inner = (ActivityInstance.definition_id == definition_id) & (
        ActivityInstance.id != ActivityInstance.process_instance_id
    )
    condition = all_of([inner, _of(ActivityInstance.process_instance_id, of_instances)])
    query = ActivityInstance.select(ActivityInstance.activity_id, *counts).where(condition)
    return query.group_by(ActivityInstance.activity_id).tuples()


def _incidents(definition_id: str, of_instances: Criteria) -> Any:
    mine = (Incident.definition_id == definition_id) & Incident.activity_id.is_null(False)
    condition = all_of([mine, _of(Incident.process_instance_id, of_instances)])
    query = Incident.select(Incident.activity_id, Incident.state, peewee.fn.COUNT(Incident.id)).where(condition)
    return query.group_by(Incident.activity_id, Incident.state).tuples()


def _how_many(condition: Any) -> Any:
    return peewee.fn.SUM(peewee.Case(None, ((condition, 1),), 0))


def _of(column: Any, criteria: Criteria) -> Any:
    if all(value is None or value == [] for value in criteria.values()):
        return None
    return column.in_(HISTORIC_PROCESS_INSTANCES.select(criteria, ProcessInstance.id))

"""The statement that locks tasks: one UPDATE … RETURNING, compiled once for every shape of a request."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import peewee

from app.bpmn.values import Variable, from_python
from app.database.conditions import like
from app.database.database import Database
from app.database.statements import P, Statement, one_of
from app.errors import InvalidInput
from app.models import ExternalTask, VariableRow
from app.models.external_task import READY, TASK_COLUMNS
from app.models.variable import to_row
from app.services.external_tasks.fetch_requests import FetchRequest, Sorting, TopicRequest
from app.services.validation import until

SPARE_CANDIDATES = 32
MAX_VARIABLE_CONDITIONS = 50
_NOT_COMPARABLE = {"Bytes", "File", "Object", "Json", "Xml"}
_LIVE = peewee.SQL("live = 1")


class TopicShape(NamedTuple):
    """Which conditions a topic has; their values are parameters. `variables`: the column that each one compares."""

    business_key: bool
    definition_ids: bool
    definition_keys: bool
    version_tag: bool
    tenants: str
    variables: tuple[str, ...]


class Shape(NamedTuple):
    """All that the text of the statement depends on."""

    topics: tuple[TopicShape, ...]
    use_priority: bool
    sorting: Sorting | None
    one_duration: bool


def shape_of(request: FetchRequest) -> Shape:
    """Return the shape of a request. Raises InvalidInput for variables that cannot be compared."""
    topics = request.by_topic.values()
    return Shape(
        tuple(_topic_shape(topic) for topic in topics),
        request.use_priority,
        request.sorting,
        len({topic.lock_duration_ms for topic in topics}) == 1,
    )


def values_of(request: FetchRequest, now: int) -> dict[str, Any]:
    """Return the values of the statement's places, but for `limit` and `candidates`."""
    values: dict[str, Any] = {"worker_id": request.worker_id}
    for index, (name, topic) in enumerate(request.by_topic.items()):
        values[f"topic_{index}"] = name
        values[f"until_{index}"] = until(now, topic.lock_duration_ms or 0)
        values[f"business_key_{index}"] = topic.business_key
        values[f"definition_ids_{index}"] = topic.definition_ids
        values[f"definition_keys_{index}"] = topic.definition_keys
        values[f"version_tag_{index}"] = topic.version_tag
        values[f"tenant_ids_{index}"] = topic.tenant_ids
        for number, (variable_name, wanted) in enumerate(topic.process_variables.items()):
            column, variable = _comparison(wanted)
            values[f"name_{index}_{number}"] = variable_name
            values[f"type_{index}_{number}"] = variable.type
            values[f"value_{index}_{number}"] = to_row(variable).get(column)
    return values


@lru_cache(maxsize=256)
def fetch_statement(shape: Shape) -> Statement:
    """Return the statement that locks up to `limit` tasks for a request of this shape."""
    return Statement(lambda database: _build(database, shape))


def _topic_shape(topic: TopicRequest) -> TopicShape:
    if len(topic.process_variables) > MAX_VARIABLE_CONDITIONS:
        raise InvalidInput("Too many process variables.", field="process_variables", rule="too_long")
    return TopicShape(
        topic.business_key is not None,
        bool(topic.definition_ids),
        bool(topic.definition_keys),
        topic.version_tag is not None,
        "listed" if topic.tenant_ids else "none" if topic.without_tenant else "any",
        tuple(_comparison(wanted)[0] for wanted in topic.process_variables.values()),
    )


def _comparison(wanted: Variable | Any) -> tuple[str, Variable]:
    """Return the column that holds a variable's value, "null" for a null of whatever type, and the variable."""
    variable = wanted if isinstance(wanted, Variable) else from_python(wanted)
    if variable.type in _NOT_COMPARABLE:
        message = f"Variables of type {variable.type} cannot be compared."
        raise InvalidInput(message, field="process_variables", rule="type", value=variable.type)
    if variable.value is None:
        return "null", variable
    row = to_row(variable)
    return next(column for column in ("text", "integer", "number") if row[column] is not None), variable


def _build(database: Database, shape: Shape) -> Any:
    order = _order(shape)
    if len(shape.topics) == 1:
        chosen = _of_topic(0, shape.topics[0], order).limit(P("limit"))
    else:
        chosen = (
            ExternalTask.select(ExternalTask.id)
            .where(peewee.NodeList((ExternalTask.id, peewee.SQL("IN"), _candidates(shape))), READY)
            .order_by(*order)
            .limit(P("limit"))
        )
    changes = {
        "worker_id": P("worker_id"),
        "lock_expires_at": _until(shape),
        "ready": 0,
        "backing_off": False,
        "epoch": ExternalTask.epoch + 1,
    }
    return ExternalTask.update(**changes).where(database.claim(ExternalTask.id, chosen)).returning(*TASK_COLUMNS)


def _order(shape: Shape) -> list[Any]:
    created = ExternalTask.created_at.desc() if shape.sorting == "desc" else ExternalTask.created_at.asc()
    return [ExternalTask.priority.desc(), created] if shape.use_priority else [created]


def _until(shape: Shape) -> Any:
    if shape.one_duration:
        return P("until_0")
    cases = tuple((P(f"topic_{index}"), P(f"until_{index}")) for index in range(len(shape.topics)))
    return peewee.Case(ExternalTask.topic, cases)


def _candidates(shape: Shape) -> Any:
    """Merge the first tasks of each topic.

    They are not locked yet: on Postgres another worker may take some of them meanwhile, so there are spare ones.
    """
    order = _order(shape)
    parts: list[Any] = []
    for index, topic in enumerate(shape.topics):
        first = _of_topic(index, topic, order, ExternalTask.priority, ExternalTask.created_at).limit(P("candidates"))
        parts += [peewee.SQL("UNION ALL")] if parts else []
        parts += [peewee.SQL("SELECT id, priority, created_at FROM"), first, peewee.SQL(f"AS first_{index}")]
    direction = "DESC" if shape.sorting == "desc" else "ASC"
    merged = f"created_at {direction}" if not shape.use_priority else f"priority DESC, created_at {direction}"
    head, tail = peewee.SQL("(SELECT id FROM ("), peewee.SQL(f") AS merged ORDER BY {merged} LIMIT")
    return peewee.NodeList((head, *parts, tail, P("candidates"), peewee.SQL(")")))


def _of_topic(index: int, shape: TopicShape, order: list[Any], *columns: Any) -> Any:
    conditions = [ExternalTask.topic == P(f"topic_{index}"), READY]
    if shape.business_key:
        conditions.append(ExternalTask.business_key == P(f"business_key_{index}"))
    if shape.definition_ids:
        conditions.append(one_of(ExternalTask.definition_id, f"definition_ids_{index}"))
    if shape.definition_keys:
        conditions.append(one_of(ExternalTask.definition_key, f"definition_keys_{index}"))
    if shape.version_tag:
        conditions.append(like(ExternalTask.definition_version_tag, P(f"version_tag_{index}")))
    if shape.tenants == "listed":
        conditions.append(one_of(ExternalTask.tenant_id, f"tenant_ids_{index}"))
    if shape.tenants == "none":
        conditions.append(ExternalTask.tenant_id.is_null())
    if shape.variables:
        conditions.append(_has_one_of(index, shape.variables))
    return ExternalTask.select(ExternalTask.id, *columns).where(*conditions).order_by(*order)


def _has_one_of(index: int, columns: tuple[str, ...]) -> Any:
    """The process instance itself has at least one of the variables."""
    alternatives = [_equals(index, number, column) for number, column in enumerate(columns)]
    one = alternatives[0]
    for alternative in alternatives[1:]:
        one = one | alternative
    own = VariableRow.execution_id == ExternalTask.process_instance_id
    # LIMIT keeps it a probe of the unique index for each task, until there are enough; as EXISTS or IN it may become a
    # scan of all variables.
    found = VariableRow.select(VariableRow.execution_id).where(_LIVE, own, one).limit(1)
    return peewee.NodeList((found, peewee.SQL("IS NOT NULL")))


def _equals(index: int, number: int, column: str) -> Any:
    same_name = VariableRow.name == P(f"name_{index}_{number}")
    if column == "null":
        return (
            same_name
            & VariableRow.text.is_null()
            & VariableRow.integer.is_null()
            & VariableRow.number.is_null()
            & VariableRow.bytes.is_null()
        )
    value: Mapping[str, Any] = {name: getattr(VariableRow, name) for name in ("text", "integer", "number")}
    same_type = VariableRow.type == P(f"type_{index}_{number}")
    return same_name & same_type & (value[column] == P(f"value_{index}_{number}"))

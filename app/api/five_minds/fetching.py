"""Fetching as all generations do it: some topics, a worker, a time to wait; each task with its payload and starter."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request

from app.api.components import components
from app.api.dialect import reply
from app.api.five_minds.payload_expression import PROPERTY, payload_of
from app.api.five_minds.payload_filter import PayloadFilter, payload_filter_of
from app.bpmn.plain_json import history_of, to_token
from app.identity import Identity
from app.queries.process_runs import starters_of
from app.services.external_tasks.service import LockedTask, TopicRequest
from app.services.long_polling.hangup import Client, is_gone

SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 1.0


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker asks for. `max_tasks` 0 means as many as the server gives at once."""

    worker_id: str
    topics: Sequence[str]
    lock_duration_ms: int
    max_tasks: int = 0
    wait_ms: int = 0
    payload_filter: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A locked task, what its worker gets, and who started its process instance."""

    task: LockedTask
    payload: Any
    starter: str | None


def the_client() -> Client | None:
    """Return the socket of the current request, where the server shows it: it tells whether somebody still listens."""
    client: Client | None = request.environ.get("gunicorn.socket")
    return client


def caller_is_gone() -> bool:
    """Tell whether nobody waits for the answer any more."""
    return is_gone(the_client())


def hand_out(identity: Identity, order: Order, task_json: Callable[[Fetched], dict[str, Any]]) -> Response:
    """Lock tasks and answer with them. Raises TopicForbidden, InvalidInput, Overloaded."""
    fetched = fetch_tasks(identity, order)
    with components.external_tasks.handing_out([each.task for each in fetched]):
        return reply([task_json(each) for each in fetched])


def fetch_tasks(identity: Identity, order: Order) -> list[Fetched]:
    """Lock tasks, oldest first. Raises TopicForbidden, InvalidInput, Overloaded."""
    wanted = payload_filter_of(order.payload_filter)
    most = components.settings.max_fetch
    bounded = replace(order, max_tasks=min(order.max_tasks or most, most))
    return _locked(identity, bounded) if wanted is None else _filtered(identity, bounded, wanted)


def _locked(identity: Identity, order: Order) -> list[Fetched]:
    """Lock without a filter."""
    topics = [TopicRequest(topic, order.lock_duration_ms, include_extension_properties=True) for topic in order.topics]
    tasks = components.external_tasks.fetch_and_lock(
        identity,
        order.worker_id,
        order.max_tasks,
        topics,
        sorting="asc",
        wait_ms=order.wait_ms or None,
        client=the_client(),
        address=request.remote_addr,
    )
    with components.external_tasks.handing_out(tasks):
        starters = starters_of(components.database, (task.process_instance_id for task in tasks))
        return [_fetched(task, starters.get(task.process_instance_id)) for task in tasks]


def _fetched(task: LockedTask, starter: str | None) -> Fetched:
    expression = task.extension_properties.get(PROPERTY)
    return Fetched(task, payload_of(expression, to_token(task.variables), starter, history_of(task.variables)), starter)


def _filtered(identity: Identity, order: Order, wanted: PayloadFilter) -> list[Fetched]:
    """Look at as many tasks as one fetch may lock, keep what passes the filter and give back the rest; try again
    until something passed or the time to wait is over."""
    deadline = time.monotonic() + order.wait_ms / 1000
    pause = SHORTEST_PAUSE_S
    everything = replace(order, max_tasks=components.settings.max_fetch, wait_ms=0)
    while True:
        seen = _locked(identity, everything)
        with components.external_tasks.handing_out([each.task for each in seen]):
            passed = [each for each in seen if wanted(each.payload)][: order.max_tasks]
        kept = {each.task.id for each in passed}
        components.external_tasks.give_back([each.task for each in seen if each.task.id not in kept])
        if passed or time.monotonic() + pause > deadline or components.long_polling.stopping or caller_is_gone():
            return passed
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)

"""403 before 400: whose token does not cover the topic hears that, and nothing of what is wrong with the body."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from app.api.components import components
from app.api.dialect import View, identity, parse_json
from app.api.http.bodies import whole_body
from app.errors import InvalidInput
from app.queries.external_tasks import topic_of

TopicsOf = Callable[..., Iterable[str]]


def topic_first(topics_of: TopicsOf) -> Callable[[View], View]:
    """Look at the topics (`topics_of` gets the view's arguments) before a bad body is refused.

    The service checks the topic of all other requests, where it knows it anyway: nobody pays twice.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**names: str) -> Any:
            try:
                return view(**names)
            except InvalidInput:
                for topic in topics_of(**names):
                    identity().require_topic(topic)
                raise

        return guarded

    return decorate


def named_topics() -> Iterable[str]:
    """Return the topics that the body of a fetch names, however bad the rest of it is."""
    try:
        body = parse_json(whole_body())
    except InvalidInput:
        return []
    named = body.get("topicName") if isinstance(body, dict) else None
    return [
        topic for topic in (named if isinstance(named, list) else [named]) if isinstance(topic, str) and topic.strip()
    ]


def topic_of_task(task_id: str) -> Iterable[str]:
    """Return the topic of a task, open or ended; none for one that never was."""
    topic = topic_of(components.database, task_id)
    return [] if topic is None else [topic]

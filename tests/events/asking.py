"""Reading event streams in tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, takewhile
from typing import Any

from flask.testing import FlaskClient

from app.services.events.events import Events
from tests.builders import Headers, bearer

EVENTS = "/api/v1/events"
Frames = Iterator[dict[str, Any] | None]


@contextmanager
def stream(
    client: FlaskClient, query: str = "", *, headers: Headers | None = None, after: str | None = None
) -> Iterator[Frames]:
    """Open a stream and iterate over the data of its events, None for a heartbeat; it is closed with the block."""
    current_app_events(client).streams.heartbeat_s = 0.02
    sent = dict(headers or bearer())
    if after is not None:
        sent["Last-Event-ID"] = after
    response = client.get(f"{EVENTS}{query}", headers=sent)
    assert response.status_code == 200, response.text
    try:
        yield _data(response.response)
    finally:
        response.close()


def current_app_events(client: FlaskClient) -> Events:
    """Return the events of the client's server."""
    found: Events = client.application.extensions["errand"].events
    return found


def taken(frames: Frames, number: int) -> list[dict[str, Any]]:
    """Wait for the next events and return them."""
    return list(islice((data for data in frames if data is not None), number))


def until_quiet(frames: Frames) -> list[dict[str, Any]]:
    """Return the events that have happened."""
    return [data for data in takewhile(lambda data: data is not None, frames) if data is not None]


def all_events(client: FlaskClient, query: str = "", headers: Headers | None = None) -> list[dict[str, Any]]:
    """Return the events of this database."""
    with stream(client, query, headers=headers, after="0-0") as frames:
        return until_quiet(frames)


def types(found: list[dict[str, Any]]) -> list[str]:
    """Return the types of events."""
    return [event["type"] for event in found]


def _data(chunks: Any) -> Frames:
    text = ""
    for chunk in chunks:
        text += chunk.decode()
        while "\n\n" in text:
            frame, _, text = text.partition("\n\n")
            data = [line.removeprefix("data: ") for line in frame.split("\n") if line.startswith("data: ")]
            if data or frame == ":":
                yield json.loads(data[0]) if data else None

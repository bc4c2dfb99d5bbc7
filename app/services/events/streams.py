"""Streams of server-sent events: each is one thread that waits for the bell and reads on from where it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.database.database import Database
from app.errors import Overloaded
from app.identity import Identity
from app.json_text import dump
from app.records.events import Event
from app.services.events.bell import EventBell
from app.services.events.feed import EventFeed, Place, ends, wire
from app.services.events.selection import EventSelection, may_see
from app.services.long_polling.hangup import Client, is_gone

HEARTBEAT_S = 15.0
LONGEST_S = 900.0
"""A stream ends after this time; its client comes again, with a credential that is still valid."""
LOOK_EVERY_S = 0.5
"""How long a missed bell of another process or a vanished client stays unnoticed."""
PAUSE_S = 0.05
"""Between two looks of one stream, however often the bell rings."""
DOUBT_S = 0.02
HEARTBEAT = b":\n\n"


@dataclass(frozen=True, slots=True)
class StreamRequest:
    """Who wants which events, from which place on; None means from now on. `client` tells whether somebody listens."""

    identity: Identity
    selection: EventSelection = field(default_factory=EventSelection)
    after: Place | None = None
    client: Client | None = None


class EventStreams:
    """The open streams of this process, at most so many."""

    def __init__(self, database: Database, bell: EventBell, most: int, *, heartbeat_s: float = HEARTBEAT_S) -> None:
        self.database = database
        self.bell = bell
        self.heartbeat_s = heartbeat_s
        self.stopping = False
        self._most = most
        self._mutex = threading.Lock()
        self._open = 0

    @property
    def count(self) -> int:
        """How many are open."""
        return self._open

    def open(self, request: StreamRequest) -> EventStream:
        """Return a stream, whose `close` must be called. Raises Overloaded."""
        with self._mutex:
            if self._open >= self._most or self.stopping:
                raise Overloaded("Too many event streams are open.", retry_after_s=5)
            self._open += 1
        return EventStream(self, request)

    def release_all(self) -> None:
        """End every stream now, and open none any more."""
        self.stopping = True
        self.bell.hear()

    def closed(self) -> None:
        """Count a stream that has ended."""
        with self._mutex:
            self._open -= 1


class EventStream:
    """The answer to one request: an iterable of frames, each bytes of the event-stream format."""

    def __init__(self, streams: EventStreams, request: StreamRequest) -> None:
        self._streams = streams
        self._request = request
        self._frames = self._run()
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self._frames

    def close(self) -> None:
        """Give the place to somebody else."""
        self._frames.close()  # type: ignore[attr-defined]  # a generator
        if not self._closed:
            self._closed = True
            self._streams.closed()

    def _run(self) -> Iterator[bytes]:
        streams = self._streams
        feed, after, lost = self._begin()
        yield b"retry: 1000\n\n" + (_lost(after, self._request.after) if lost else b"")
        ends_at = time.monotonic() + LONGEST_S
        spoke_at = time.monotonic()
        while not self._is_over(ends_at):
            count = streams.bell.count
            frames = b"".join(self._wanted(feed, after))
            # While it is in doubt there may be more in a moment: "nothing new" would be too early.
            silence_s = max(streams.heartbeat_s, HEARTBEAT_S) if feed.is_waiting else streams.heartbeat_s
            if frames or time.monotonic() - spoke_at >= silence_s:
                spoke_at = time.monotonic()
                yield frames or HEARTBEAT
            self._rest(feed, count, moved=bool(frames))

    def _begin(self) -> tuple[EventFeed, Place, bool]:
        """Return where to begin, and whether events between there and what was asked for are no longer kept."""
        asked = self._request.after
        first, last = ends(self._streams.database)
        if asked is None:
            return EventFeed(self._streams.database, last), Place(last, -1), False
        if asked.row > last:
            return EventFeed(self._streams.database, last), Place(last, -1), True
        # The row itself is read again: it may hold more events behind the one that was seen last.
        return EventFeed(self._streams.database, max(asked.row - 1, 0)), asked, 0 < asked.row < first - 1

    def _wanted(self, feed: EventFeed, after: Place) -> Iterator[bytes]:
        for place, event in feed.read():
            if place > after and may_see(self._request.identity, event) and self._request.selection.takes(event):
                yield frame(place, event)

    def _rest(self, feed: EventFeed, count: int, *, moved: bool) -> None:
        """Wait for the bell; never look more often than the machine can bear."""
        if feed.is_waiting:
            time.sleep(DOUBT_S)
            return
        if not moved:
            self._streams.bell.wait(count, min(LOOK_EVERY_S, self._streams.heartbeat_s))
        else:
            time.sleep(PAUSE_S)

    def _is_over(self, ends_at: float) -> bool:
        return self._streams.stopping or time.monotonic() >= ends_at or is_gone(self._request.client)


def frame(place: Place, event: Event) -> bytes:
    """Return one event in the event-stream format."""
    return _frame(event["type"], str(place), wire(place, event))


def _lost(begin: Place, asked: Place | None) -> bytes:
    """Say that events behind the asked place are not kept any more."""
    return _frame("events_lost", str(begin), {"type": "events_lost", "id": str(begin), "after": str(asked)})


def _frame(type: str, id: str, data: object) -> bytes:
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (id.encode(), type.encode(), dump(data))

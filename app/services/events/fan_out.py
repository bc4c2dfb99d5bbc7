"""From events to the messages that wait for webhooks: each event once for each webhook, whichever process looks."""

from __future__ import annotations

import json
from typing import Any

from app import clock
from app.database.database import Database
from app.database.statements import P, Statement, insert
from app.json_text import dump
from app.models import Delivery, Webhook
from app.records.events import Event
from app.services.events.feed import EventFeed, Place, wire
from app.services.events.selection import EventSelection

MOST_WAITING = 10_000
"""With so many messages waiting, a webhook's further events are left where they are. They are kept for the hours that
the settings name, so a receiver that fails for longer misses what is older."""

_MOVE = Statement(
    Webhook.update({Webhook.cursor: P("after")}).where(Webhook.id == P("id"), Webhook.cursor == P("before"))
)
_WAITING = Statement(Delivery.select(Delivery.id).where(Delivery.webhook_id == P("id")).limit(MOST_WAITING))


class FanOut:
    """Reads on for each webhook from where its cursor is. One thread at a time."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._feeds: dict[str, EventFeed] = {}

    @property
    def is_waiting(self) -> bool:
        """Tell whether there are events that may be read in a moment."""
        return any(feed.is_waiting for feed in self._feeds.values())

    def run(self, webhook: Webhook) -> int:
        """Queue the next events of a webhook and return how many rows of events were looked at."""
        feed = self._feeds.get(webhook.id)
        if feed is None or feed.after != webhook.cursor:
            feed = self._feeds[webhook.id] = EventFeed(self.database, webhook.cursor)
        events = feed.read()
        if not events or self._is_full(webhook.id):
            self._rewind(webhook, feed)
            return 0
        selection = selection_of(webhook)
        rows = [_message(webhook.id, place, event) for place, event in events if selection.takes(event)]
        if not self.database.write(lambda: self._queue(webhook, feed.after, rows)):
            self._feeds.pop(webhook.id)  # another process was first
            return 0
        return feed.after - webhook.cursor

    def forget(self, webhook_ids: set[str]) -> None:
        """Keep only what is remembered of these webhooks."""
        self._feeds = {id: feed for id, feed in self._feeds.items() if id in webhook_ids}

    def _rewind(self, webhook: Webhook, feed: EventFeed) -> None:
        if feed.after != webhook.cursor:
            self._feeds.pop(webhook.id)

    def _is_full(self, webhook_id: str) -> bool:
        waiting = self.database.read(lambda: _WAITING.all(self.database, id=webhook_id))
        return len(waiting) >= MOST_WAITING

    def _queue(self, webhook: Webhook, after: int, rows: list[dict[str, Any]]) -> bool:
        if not _MOVE.count(self.database, id=webhook.id, before=webhook.cursor, after=after):
            return False
        if rows:
            insert(self.database, Delivery, rows)
        return True


def selection_of(webhook: Webhook) -> EventSelection:
    """Return the events that a webhook wants."""
    return EventSelection(
        types=json.loads(webhook.event_types or "[]"),
        topics=json.loads(webhook.topics or "[]"),
        definition_keys=json.loads(webhook.definition_keys or "[]"),
    )


def _message(webhook_id: str, place: Place, event: Event) -> dict[str, Any]:
    now = clock.now_ms()
    data = wire(place, event)
    message_id = f"evt_{place}"
    return {
        "webhook_id": webhook_id,
        "order_key": event.get("process_instance_id") or message_id,
        "message_id": message_id,
        "type": event["type"],
        "body": message_body(event["type"], data.pop("timestamp"), data),
        "created_at": now,
        "next_attempt_at": now,
    }


def message_body(type: str, timestamp: str, data: dict[str, Any]) -> str:
    """Return a message as it is sent (Standard Webhooks, "payload structure")."""
    return dump({"type": type, "timestamp": timestamp, "data": data}).decode()

"""Webhooks: registered by administrators, told of the events that they selected."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import peewee

from app import clock
from app.database.database import Database
from app.database.decorators import reading, transaction
from app.database.statements import insert
from app.errors import InvalidInput, NotFound, Refused
from app.identity import ADMINISTER, Identity
from app.ids import new_id
from app.models import Delivery, Webhook
from app.models.event_webhook import ENGINE
from app.services.events.feed import ends
from app.services.events.posting import check_url
from app.services.events.signing import new_secret

MOST = 100
"""Webhooks of one database."""
LONGEST_URL = 2048
LONGEST_SECRET = 255
SHORTEST_SECRET = 24
MOST_PATTERNS = 100
LONGEST_PATTERN = 255


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for one webhook: how many messages, since when, how often its first one was tried, and when next."""

    count: int = 0
    oldest_at: int | None = None
    attempts: int = 0
    next_attempt_at: int | None = None
    last_error: str | None = None


class Webhooks:
    """Register, list and delete webhooks."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def register(
        self,
        identity: Identity,
        url: str,
        *,
        event_types: Sequence[str] | None = None,
        topics: Sequence[str] | None = None,
        definition_keys: Sequence[str] | None = None,
        secret: str | None = None,
    ) -> Webhook:
        """Store a webhook that is told of what happens from now on. Patterns that are None mean all.

        Without a secret one is made; it can be read from the returned row and nowhere else afterwards. Raises
        Forbidden, InvalidInput, Refused when there are too many.
        """
        identity.require(ADMINISTER)
        _check_url(url)
        _check_secret(secret)
        row: dict[str, Any] = {
            "id": new_id(),
            "url": url,
            "secret": secret or new_secret(),
            "event_types": _patterns("event_types", event_types),
            "topics": _patterns("topics", topics),
            "definition_keys": _patterns("definition_keys", definition_keys),
            "created_at": clock.now_ms(),
            "created_by": identity.user_id,
            "cursor": ends(self.database)[1],
        }
        self.database.write(lambda: self._insert(row))
        return self.get(identity, row["id"])

    @reading
    def list(self, identity: Identity) -> list[Webhook]:
        """Return all webhooks, the oldest first. Raises Forbidden."""
        identity.require(ADMINISTER)
        return list(Webhook.select().where(Webhook.id != ENGINE).order_by(Webhook.created_at, Webhook.id))

    @reading
    def get(self, identity: Identity, id: str) -> Webhook:
        """Return one webhook. Raises Forbidden, NotFound."""
        identity.require(ADMINISTER)
        webhook = Webhook.get_or_none((Webhook.id == id) & (Webhook.id != ENGINE))
        if webhook is None:
            raise NotFound(id, kind="webhook")
        return webhook

    @transaction
    def delete(self, identity: Identity, id: str) -> None:
        """Delete a webhook and what waits for it. Raises Forbidden, NotFound."""
        self.get(identity, id)
        Delivery.delete().where(Delivery.webhook_id == id).execute()
        Webhook.delete().where(Webhook.id == id).execute()

    @transaction
    def retry(self, identity: Identity, id: str) -> None:
        """Try everything that waits for a webhook now, also when it has said that it is gone. Raises Forbidden,
        NotFound."""
        self.get(identity, id)
        retry_now(id)

    def backlog(self, identity: Identity, id: str) -> Backlog:
        """Return what waits for a webhook. Raises Forbidden."""
        identity.require(ADMINISTER)
        return backlog_of(self.database, id)

    @reading
    def outbox(self, identity: Identity) -> tuple[Webhook, Backlog]:
        """Return how the process engine elsewhere takes its messages, and what waits. Raises Forbidden, NotFound."""
        identity.require(ADMINISTER)
        engine = Webhook.get_or_none(Webhook.id == ENGINE)
        if engine is None:
            raise NotFound(ENGINE, kind="process engine elsewhere")
        return engine, backlog_of(self.database, ENGINE)

    @transaction
    def retry_outbox(self, identity: Identity) -> None:
        """Try everything that waits for the engine now. Raises Forbidden, NotFound."""
        self.outbox(identity)
        retry_now(ENGINE)

    def _insert(self, row: dict[str, Any]) -> None:
        if Webhook.select().where(Webhook.id != ENGINE).count() >= MOST:
            raise Refused(f"There are {MOST} webhooks already.")
        insert(self.database, Webhook, [row])


def retry_now(webhook_id: str) -> None:
    """Within a write: let everything that waits for a webhook be due."""
    now = clock.now_ms()
    Webhook.update(active=True, paused_until=None).where(Webhook.id == webhook_id).execute()
    Delivery.update(next_attempt_at=now).where(Delivery.webhook_id == webhook_id).execute()


def backlog_of(database: Database, webhook_id: str) -> Backlog:
    """Return what waits for a webhook."""
    waiting = Delivery.webhook_id == webhook_id
    totals = Delivery.select(peewee.fn.COUNT(Delivery.id), peewee.fn.MIN(Delivery.created_at)).where(waiting)
    tried = Delivery.select().where(waiting, Delivery.attempts > 0).order_by(Delivery.id).limit(1)
    with database.reading():
        count, oldest_at = totals.scalar(as_tuple=True)
        stuck = tried.get_or_none() or Delivery.select().where(waiting).order_by(Delivery.id).get_or_none()
    if stuck is None:
        return Backlog()
    return Backlog(count, oldest_at, stuck.attempts, stuck.next_attempt_at, stuck.last_error)


def _check_url(url: str) -> None:
    if len(url) > LONGEST_URL:
        raise InvalidInput(f"url has at most {LONGEST_URL} characters.", field="url", rule="too_long")
    try:
        check_url(url)
    except ValueError as error:
        raise InvalidInput(f"url: {error}.", field="url", rule="choice") from None


def _check_secret(secret: str | None) -> None:
    if secret is not None and not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET:
        message = f"secret has {SHORTEST_SECRET} to {LONGEST_SECRET} characters."
        raise InvalidInput(message, field="secret", rule="too_long")


def _patterns(field: str, patterns: Sequence[str] | None) -> str | None:
    if not patterns:
        return None
    if len(patterns) > MOST_PATTERNS or any(len(pattern) > LONGEST_PATTERN for pattern in patterns):
        message = f"{field} has at most {MOST_PATTERNS} patterns of {LONGEST_PATTERN} characters."
        raise InvalidInput(message, field=field, rule="too_long")
    return json.dumps(list(patterns))

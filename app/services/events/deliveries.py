"""The queue of messages: claimed by one process, in order for each process instance, tried until they are taken."""

from __future__ import annotations

import random
from typing import NamedTuple

import peewee

from app import clock
from app.database.database import Database
from app.database.statements import P, Statement
from app.models import Delivery, Webhook
from app.models.event_webhook import ENGINE

CLAIM_MS = 60_000
"""How long a claim keeps other processes away: longer than any exchange takes."""
FIRST_PAUSE_MS = 1_000
LONGEST_PAUSE_MS = 300_000
PAUSE_AFTER = 3
"""After so many failures in a row the whole webhook rests, not only the process instance."""
GONE = 410
"""A webhook that answers so is told nothing any more, as Standard Webhooks has it."""


class Message(NamedTuple):
    """One claimed message. `claim` is the end of the claim, which nobody else has."""

    id: int
    webhook_id: str
    order_key: str
    message_id: str
    body: str
    attempts: int
    claim: int


_COLUMNS = (
    Delivery.id,
    Delivery.webhook_id,
    Delivery.order_key,
    Delivery.message_id,
    Delivery.body,
    Delivery.attempts,
    Delivery.locked_until,
)
_earlier = Delivery.alias()
_FIRST_OF_ITS_INSTANCE = ~peewee.fn.EXISTS(
    _earlier.select(_earlier.id).where(
        _earlier.webhook_id == Delivery.webhook_id,
        _earlier.order_key == Delivery.order_key,
        _earlier.id < Delivery.id,
    )
)
_DUE = (
    (Delivery.webhook_id == P("webhook_id"))
    & (Delivery.next_attempt_at <= P("now"))
    & (Delivery.locked_until.is_null() | (Delivery.locked_until <= P("now")))
)
_ANY_DUE = Statement(Delivery.select(Delivery.id).where(_DUE).limit(1))
_CLAIM = Statement(
    lambda database: (
        Delivery.update(locked_until=P("until"))
        .where(
            database.claim(
                Delivery.id,
                Delivery.select(Delivery.id)
                .where(_DUE, _FIRST_OF_ITS_INSTANCE)
                .order_by(Delivery.id)
                .limit(P("number")),
            )
        )
        .returning(*_COLUMNS)
    )
)
_MINE = (Delivery.id == P("id")) & (Delivery.locked_until == P("claim"))
_DONE = Statement(Delivery.delete().where(_MINE))
_FAILED = Statement(
    Delivery.update(
        attempts=Delivery.attempts + 1, next_attempt_at=P("at"), locked_until=None, last_error=P("error")
    ).where(_MINE)
)
_HOLD_BACK = Statement(
    Delivery.update(next_attempt_at=P("at")).where(
        Delivery.webhook_id == P("webhook_id"), Delivery.order_key == P("order_key"), Delivery.next_attempt_at < P("at")
    )
)
_WELL = Statement(
    Webhook.update(failures=0, paused_until=None, last_delivered_at=P("now")).where(
        Webhook.id == P("id"),
        (Webhook.failures > 0) | Webhook.last_delivered_at.is_null() | (Webhook.last_delivered_at < P("recently")),
    )
)
_ILL = Statement(
    Webhook.update(failures=Webhook.failures + 1, last_error=P("error"), last_failed_at=P("now"))
    .where(Webhook.id == P("id"))
    .returning(Webhook.failures)
)
_REST = Statement(Webhook.update(paused_until=P("at")).where(Webhook.id == P("id")))
_RETIRE = Statement(Webhook.update(active=False).where(Webhook.id == P("id"), Webhook.id != ENGINE))


class DeliveryQueue:
    """Claim messages and settle what became of them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def claim(self, webhook_id: str, number: int) -> list[Message]:
        """Return up to `number` due messages of a webhook, which no other process sends before the claim ends."""
        now = clock.now_ms()
        due = self.database.read(lambda: _ANY_DUE.one(self.database, webhook_id=webhook_id, now=now))
        if due is None:
            return []
        # The odd milliseconds tell this claim from one that another process may have begun at the same instant.
        until = now + CLAIM_MS + random.randrange(1_000)
        rows = self.database.write(
            lambda: _CLAIM.all(self.database, webhook_id=webhook_id, now=now, until=until, number=number)
        )
        return sorted(Message(*row) for row in rows)

    def delivered(self, message: Message) -> None:
        """Forget a message that was taken."""
        now = clock.now_ms()

        def settle() -> None:
            _DONE.send(self.database, id=message.id, claim=message.claim)
            _WELL.send(self.database, id=message.webhook_id, now=now, recently=now - 1_000)

        self.database.write(settle)

    def failed(self, message: Message, error: str, status: int | None = None) -> None:
        """Let a message be tried again after a pause, and hold back what comes after it in its process instance."""
        now = clock.now_ms()
        at = now + pause_ms(message.attempts + 1)

        def settle() -> None:
            if not _FAILED.count(self.database, id=message.id, claim=message.claim, at=at, error=error):
                return
            _HOLD_BACK.send(self.database, webhook_id=message.webhook_id, order_key=message.order_key, at=at)
            row = _ILL.one(self.database, id=message.webhook_id, error=error, now=now)
            if row is not None and row[0] >= PAUSE_AFTER:
                rest = now + pause_ms(row[0] - PAUSE_AFTER + 1)
                _REST.send(self.database, id=message.webhook_id, at=rest)
            if status == GONE:
                _RETIRE.send(self.database, id=message.webhook_id)

        self.database.write(settle)


def pause_ms(failures: int) -> int:
    """Return the pause after so many failures in a row: it doubles, and chance spreads it by a fifth either way."""
    longest = min(FIRST_PAUSE_MS << min(failures - 1, 20), LONGEST_PAUSE_MS)
    return int(longest * random.uniform(0.8, 1.2))

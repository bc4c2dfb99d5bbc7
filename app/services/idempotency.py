"""Exactly once on request: a repeated report that carries the same `Idempotency-Key` gets the first answer again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from app import clock
from app.database.database import Database
from app.database.statements import P, Statement
from app.errors import IdempotencyConflict, InvalidKey
from app.identity import Identity
from app.ids import new_id
from app.models import IdempotencyKey

MAX_KEY = 255
RETENTION_MS = 24 * 60 * 60 * 1000
AT_ONCE = 500

_MINE = (IdempotencyKey.user_id == P("user_id"), IdempotencyKey.key == P("key"))
_CLAIM = Statement(
    IdempotencyKey.insert(
        id=P("id"), user_id=P("user_id"), key=P("key"), fingerprint=P("fingerprint"), created_at=P("now")
    ).on_conflict_ignore()
)
_FORGET = Statement(IdempotencyKey.delete().where(*_MINE, IdempotencyKey.created_at <= P("until")))
_FIND = Statement(IdempotencyKey.select(IdempotencyKey.fingerprint).where(*_MINE))
_SWEEP = Statement(
    lambda database: IdempotencyKey.delete().where(
        database.claim(
            IdempotencyKey.id,
            IdempotencyKey.select(IdempotencyKey.id)
            .where(IdempotencyKey.created_at <= P("until"))
            .order_by(IdempotencyKey.created_at)
            .limit(P("most")),
        )
    )
)


def fingerprint(verb: str, task_id: str, body: bytes) -> str:
    """Return what a repeated report must have in common with the first one."""
    return hashlib.sha256(b"\x00".join((verb.encode(), task_id.encode(), body))).hexdigest()


def once(database: Database, identity: Identity, key: str | None, fingerprint: str, work: Callable[[], object]) -> bool:
    """Run `work` and remember the key in the same transaction; return False, doing nothing, when it was done before.

    Without a key it just runs. A failed `work` leaves no key behind: it may be tried again. Two at once: the second one
    waits for the first. Raises IdempotencyConflict for a key that belongs to another report, InvalidKey.
    """
    if key is None:
        work()
        return True
    if not 0 < len(key) <= MAX_KEY or "\x00" in key:
        message = f"An Idempotency-Key has 1 to {MAX_KEY} characters."
        raise InvalidKey(message, field="idempotency_key", rule="too_long")

    def inside() -> bool:
        now = clock.now_ms()
        names = {"user_id": identity.user_id, "key": key}
        _FORGET.send(database, **names, until=now - RETENTION_MS)
        if _CLAIM.count(database, **names, id=new_id(), fingerprint=fingerprint, now=now):
            work()
            return True
        found = _FIND.one(database, **names)
        if found is None or found[0] != fingerprint:
            raise IdempotencyConflict(key)
        return False

    return database.write(inside)


def forget_old_keys(database: Database) -> int:
    """Delete all keys beyond their retention, a batch a transaction, and return how many there were."""
    until, count = clock.now_ms() - RETENTION_MS, 0
    while deleted := database.write(lambda: _SWEEP.count(database, until=until, most=AT_ONCE)):
        count += deleted
    return count

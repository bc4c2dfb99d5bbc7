"""Accounts for workers that can only send HTTP Basic."""

from __future__ import annotations

import builtins
import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app import clock
from app.database.database import Database
from app.database.statements import P, Statement, delete_by_id, insert
from app.errors import InvalidInput, NotFound, Unauthenticated
from app.identity import ACCESS_EXTERNAL_TASKS, ADMINISTER, ALL_CLAIMS, Identity
from app.models import WorkerAccount
from app.services.validation import not_blank

MAX_NAME = 255
MIN_PASSWORD = 12
MAX_PASSWORD = 1024
_WRONG = "The user or the password is wrong."

_FIND = Statement(
    WorkerAccount.select(WorkerAccount.password_hash, WorkerAccount.claims, WorkerAccount.topics).where(
        WorkerAccount.user_id == P("user_id")
    )
)


class WorkerAccounts:
    """Add, list, remove and verify accounts. Passwords are kept as argon2 hashes and never shown."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._hasher = PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this password")

    def add(
        self,
        identity: Identity,
        user_id: str,
        password: str,
        *,
        claims: Iterable[str] = (ACCESS_EXTERNAL_TASKS,),
        topics: Sequence[str] | None = None,
    ) -> Identity:
        """Add an account, or replace the one of that name; `topics` are patterns, None means all.

        Raises Forbidden, InvalidInput.
        """
        identity.require(ADMINISTER)
        granted = frozenset(claims)
        _check(user_id, password, granted)
        row = {
            "user_id": user_id,
            "password_hash": self._hasher.hash(password),
            "claims": json.dumps(sorted(granted)),
            "topics": None if topics is None else json.dumps(list(topics)),
            "created_at": clock.now_ms(),
        }

        def replace() -> None:
            delete_by_id(self.database, WorkerAccount, [user_id])
            insert(self.database, WorkerAccount, [row])

        self.database.write(replace)
        return Identity(user_id, granted, None if topics is None else tuple(topics))

    def list(self, identity: Identity) -> builtins.list[Identity]:
        """Return all accounts as the identities that they prove, by name. Raises Forbidden."""
        identity.require(ADMINISTER)
        query = WorkerAccount.select().order_by(WorkerAccount.user_id)
        return self.database.read(lambda: [_identity(row.user_id, row.claims, row.topics) for row in query])

    def remove(self, identity: Identity, user_id: str) -> None:
        """Remove an account. Raises Forbidden, NotFound."""
        identity.require(ADMINISTER)
        if not self.database.write(lambda: delete_by_id(self.database, WorkerAccount, [user_id])):
            raise NotFound(user_id, kind="worker account")

    def verify(self, user_id: str, password: str) -> Identity:
        """Return the identity of an account. Raises Unauthenticated."""
        row = self.database.read(lambda: _FIND.one(self.database, user_id=user_id)) if _speakable(user_id) else None
        # An unknown name costs as much time as a wrong password, so that nobody can find out which names exist.
        password_hash, claims, topics = row or (self._nobody, "[]", None)
        if not self._matches(password_hash, password) or row is None:
            raise Unauthenticated(_WRONG)
        return _identity(user_id, claims, topics)

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return len(password) <= MAX_PASSWORD and self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def _identity(user_id: str, claims: str, topics: str | None) -> Identity:
    patterns: Any = None if topics is None else tuple(json.loads(topics))
    return Identity(user_id, frozenset(json.loads(claims)), patterns)


def _speakable(user_id: str) -> bool:
    return len(user_id) <= MAX_NAME and "\x00" not in user_id


def _check(user_id: str, password: str, claims: frozenset[str]) -> None:
    not_blank("user_id", user_id)
    if not _speakable(user_id) or ":" in user_id:
        message = f"A name has at most {MAX_NAME} characters and no colon."
        raise InvalidInput(message, field="user_id", rule="choice")
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        message = f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters."
        raise InvalidInput(message, field="password", rule="too_long")
    unknown = claims - ALL_CLAIMS
    if unknown:
        message = f"There is no claim '{min(unknown)}'."
        raise InvalidInput(message, field="claims", rule="choice", value=min(unknown))

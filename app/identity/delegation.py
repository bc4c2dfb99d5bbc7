"""Claims that an identity server grants when asked, as 5Minds' does: `GET {url}/{claim}` with the token, 204 is yes."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from app import clock
from app.identity import ACCESS_EXTERNAL_TASKS, MANAGE_PROCESS_INSTANCES, Identity
from app.identity.remote import IdentityServerSilent, get

KEPT_MS = 300_000
"""How long an answer, yes or no, is believed."""
KEPT = 8192
YES, NO = frozenset({200, 204}), frozenset({401, 403})


def _nobody(claim: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class DelegatedIdentity(Identity):
    """A caller whose claims are asked for, one by one. What its token says about claims does not count."""

    ask: Callable[[str], bool] = field(default=_nobody, repr=False, compare=False)

    def may(self, claim: str) -> bool:
        """Tell whether the claim is granted; managing process instances includes the worker's claim.

        Raises IdentityServerSilent.
        """
        return self.ask(claim) or (claim == ACCESS_EXTERNAL_TASKS and self.ask(MANAGE_PROCESS_INSTANCES))


class ClaimChecks:
    """Ask one identity server for claims and remember its answers, by a salted hash of the token."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._salt = os.urandom(16)
        self._mutex = threading.Lock()
        self._answers: dict[tuple[bytes, str], tuple[bool, int]] = {}

    def delegate(self, identity: Identity, token: str) -> DelegatedIdentity:
        """Return the same caller, whose claims are asked for with the token."""
        return DelegatedIdentity(
            identity.user_id, identity.claims, identity.topics, lambda claim: self.ask(token, claim)
        )

    def ask(self, token: str, claim: str) -> bool:
        """Tell whether the claim is granted to the token's bearer. Raises IdentityServerSilent."""
        key = (hashlib.blake2b(token.encode(errors="replace"), key=self._salt).digest(), claim)
        now = clock.now_ms()
        with self._mutex:
            granted, until = self._answers.get(key, (False, 0))
        return granted if now < until else self._remember(key, self._granted(token, claim), now + KEPT_MS)

    def _granted(self, token: str, claim: str) -> bool:
        status, _ = get(f"{self._url}/{claim}", token)
        if status not in YES | NO:
            raise IdentityServerSilent(f"it answered {status}")
        return status in YES

    def _remember(self, key: tuple[bytes, str], granted: bool, until: int) -> bool:
        with self._mutex:
            if len(self._answers) >= KEPT:
                self._answers.clear()
            self._answers[key] = (granted, until)
        return granted

"""Bearer tokens of an OpenID Connect issuer: its keys are fetched, kept, and fetched anew when it rotates them."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

import jwt

from app import clock
from app.errors import Unauthenticated
from app.identity import Identity
from app.identity.bearer_tokens import LEEWAY_S, expiry_of, identity_of
from app.identity.remote import Deadline, IdentityServerSilent, get

ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512")
"""Signatures by a private key only: a public key must never serve as the secret of HS256 (RFC 8725 section 2.1)."""
KEPT_MS = 600_000
"""How long the keys are believed without looking again."""
PAUSE_MS = 10_000
"""How long a missing key is not looked for again: a flood of forged tokens must not become one of requests."""
PATIENCE_S = 1.0
"""How long a token with an unknown key waits while somebody else asks for the keys."""


class OidcIssuer:
    """Verify the tokens of one issuer (OpenID Connect Discovery 1.0)."""

    def __init__(self, issuer: str, audience: str | None) -> None:
        self._issuer = issuer
        self._audience = audience
        self._mutex = threading.Lock()
        self._keys: Mapping[str | None, jwt.PyJWK] = {}
        self._fetched_at: int | None = None
        self._failure: IdentityServerSilent | None = None
        self._arrival = threading.Event()  # set: nobody is asking
        self._arrival.set()

    def issued(self, token: str) -> bool:
        """Tell whether the token says that it is this issuer's; nothing is proved yet."""
        try:
            payload = jwt.decode(token, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError, RecursionError):
            return False
        return payload.get("iss") == self._issuer

    def verify(self, token: str) -> tuple[Identity, int | None]:
        """Return who the token speaks for and the instant (ms) at which it expires.

        Raises Unauthenticated, IdentityServerSilent.
        """
        try:
            key = self._key(jwt.get_unverified_header(token).get("kid"))
            payload = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_S,
                options={"require": ["exp", "iss", "sub"], "verify_aud": self._audience is not None},
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise Unauthenticated("The bearer token is not valid.") from None
        return identity_of(payload), expiry_of(payload)

    def _key(self, id: str | None) -> jwt.PyJWK:
        """Return the key of that id; look again where it is not known. Raises Unauthenticated, IdentityServerSilent."""
        with self._mutex:
            age = None if self._fetched_at is None else clock.now_ms() - self._fetched_at
            is_due = age is None or age > (KEPT_MS if id in self._keys else PAUSE_MS)
            mine = is_due and self._arrival.is_set()
            if mine:
                self._arrival.clear()
        if mine:
            self._refresh()
        elif id not in self._keys:
            self._arrival.wait(PATIENCE_S)
        if id in self._keys:
            return self._keys[id]
        if self._failure is not None:
            raise IdentityServerSilent(self._failure.reason)
        if not self._arrival.is_set():
            raise IdentityServerSilent("it has not answered yet")
        raise Unauthenticated("The bearer token is not valid.")

    def _refresh(self) -> None:
        """Fetch the keys, one thread at a time and without the lock: whoever knows its key meanwhile need not wait.

        The keys at hand stay while the issuer is silent.
        """
        try:
            self._keys = self._fetch()
            self._failure = None
        except IdentityServerSilent as error:
            self._failure = error
        finally:
            self._fetched_at = clock.now_ms()
            self._arrival.set()

    def _fetch(self) -> dict[str | None, jwt.PyJWK]:
        deadline = Deadline()
        configuration = _json(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration", deadline)
        if configuration.get("issuer") != self._issuer or not isinstance(configuration.get("jwks_uri"), str):
            raise IdentityServerSilent("its configuration names another issuer or no keys")
        listed = _json(configuration["jwks_uri"], deadline).get("keys")
        keys = (_usable(each) for each in (listed if isinstance(listed, list) else ()))
        return {key.key_id: key for key in keys if key is not None}


def _usable(key: Any) -> jwt.PyJWK | None:
    """Return a key for signatures that is understood here; others are left out, as RFC 7517 asks."""
    if not isinstance(key, dict) or key.get("use", "sig") != "sig":
        return None
    try:
        usable = jwt.PyJWK(key)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return usable if usable.algorithm_name in ALGORITHMS else None


def _json(url: str, deadline: Deadline) -> dict[str, Any]:
    status, body = get(url, deadline=deadline)
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise IdentityServerSilent(f"it answered {status} without JSON") from None
    if status != 200 or not isinstance(document, dict):
        raise IdentityServerSilent(f"it answered {status}")
    return document

"""From the Authorization header to an Identity, by token, by worker account, or by nothing in development."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import threading
from collections.abc import Callable

from app import clock
from app.errors import Overloaded, Unauthenticated
from app.identity import ANONYMOUS, Identity
from app.identity.bearer_tokens import verify
from app.identity.delegation import ClaimChecks
from app.identity.oidc import OidcIssuer
from config import Settings

REMEMBERED_MS = 30_000
"""How long a verified credential is believed without looking again; also how long a removed account still works."""
REMEMBERED = 4096
CREDENTIAL_LENGTH = 16_384
SIMULTANEOUS_PASSWORDS = 2
PASSWORD_WAIT_S = 5.0

VerifyAccount = Callable[[str, str], Identity]
"""User id and password → identity of a worker account. Raises Unauthenticated."""


class Identities:
    """Authenticate callers. Verified credentials are remembered for a moment, by a salted hash, never as they are."""

    def __init__(self, settings: Settings, verify_account: VerifyAccount) -> None:
        self._anonymous: bool = settings.anonymous
        self._basic: bool = settings.basic_auth
        self._verify_account = verify_account
        self._has_key = bool(settings.jwt_secret or settings.jwt_public_key)
        self._issuer = OidcIssuer(settings.oidc_issuer, settings.jwt_audience) if settings.oidc_issuer else None
        self._claim_checks = ClaimChecks(settings.claim_check_url) if settings.claim_check_url else None
        self._salt = os.urandom(16)
        self._remembered: dict[bytes, tuple[Identity, int]] = {}
        # Checking a password costs much memory and time on purpose; a flood of wrong ones must not take both away.
        self._passwords = threading.BoundedSemaphore(SIMULTANEOUS_PASSWORDS)

    def authenticate(self, authorization: str | None, remote: str | None = None) -> Identity:
        """Return who sends this Authorization header.

        An anonymous server ignores a header that proves nothing, because the published clients send a dummy token.
        Raises Unauthenticated, Overloaded.
        """
        try:
            return self._authenticate(authorization)
        except Unauthenticated:
            if self._anonymous:
                return ANONYMOUS
            raise

    def _authenticate(self, authorization: str | None) -> Identity:
        if not authorization:
            raise Unauthenticated("No credential was sent.")
        if len(authorization) > CREDENTIAL_LENGTH:
            raise Unauthenticated("The credential is too long.")
        key = hashlib.blake2b(authorization.encode(errors="replace"), key=self._salt, digest_size=32).digest()
        remembered = self._remembered.get(key)
        now = clock.now_ms()
        if remembered is not None and now < remembered[1] <= now + REMEMBERED_MS:  # the clock may be set back
            return remembered[0]
        identity, expires_at = self._prove(authorization)
        self._remember(
            key, identity, min(now + REMEMBERED_MS, now + REMEMBERED_MS if expires_at is None else expires_at)
        )
        return identity

    def _prove(self, authorization: str) -> tuple[Identity, int | None]:
        scheme, _, credential = authorization.partition(" ")
        match scheme.lower():
            case "bearer":
                return self._prove_token(credential.strip())
            case "basic" if self._basic:
                return self._prove_account(credential.strip()), None
            case _:
                raise Unauthenticated("This kind of credential is not accepted.")

    def _prove_token(self, token: str) -> tuple[Identity, int | None]:
        """Verify a token by the issuer that it names, else by the configured key. Raises IdentityServerSilent too."""
        identity, expires_at = self._verified(token)
        return (self._claim_checks.delegate(identity, token) if self._claim_checks else identity), expires_at

    def _verified(self, token: str) -> tuple[Identity, int | None]:
        if self._issuer is not None and self._issuer.issued(token):
            return self._issuer.verify(token)
        if not self._has_key:
            raise Unauthenticated("The bearer token is not valid.")
        return verify(token)

    def _prove_account(self, credential: str) -> Identity:
        try:
            user_id, colon, password = base64.b64decode(credential, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise Unauthenticated("The Basic credential is malformed.") from None
        if not (user_id and colon):
            raise Unauthenticated("The Basic credential is malformed.")
        if not self._passwords.acquire(timeout=PASSWORD_WAIT_S):
            raise Overloaded("Too many passwords are being checked.")
        try:
            return self._verify_account(user_id, password)
        finally:
            self._passwords.release()

    def _remember(self, key: bytes, identity: Identity, until: int) -> None:
        if len(self._remembered) >= REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = (identity, until)

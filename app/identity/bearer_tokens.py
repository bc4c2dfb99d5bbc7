"""Bearer tokens: which are genuine, and what their members say about the caller.

A claim is granted by a member `"can_access_external_tasks": true`, or by its name in the list `claims` or in the text
`scope` (names between spaces). `topics` is a list of glob patterns, or a text of them between commas or spaces.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

import jwt
from flask import Flask
from flask_jwt_extended import JWTManager, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException

from app.errors import Unauthenticated
from app.identity import ALL_CLAIMS, Identity
from config import Settings

LEEWAY_S = 10
"""How far the clock of the issuer may be ahead: a token is accepted so long before `nbf`, never after `exp`."""


def configure_tokens(app: Flask, settings: Settings) -> None:
    """Tell flask-jwt-extended which tokens to accept: one algorithm, one key, one issuer, one audience."""
    app.config.update(
        JWT_ALGORITHM=settings.jwt_algorithm,
        JWT_DECODE_ALGORITHMS=[settings.jwt_algorithm],
        JWT_SECRET_KEY=settings.jwt_secret,
        JWT_PUBLIC_KEY=settings.jwt_public_key,
        JWT_DECODE_ISSUER=settings.jwt_issuer,
        JWT_DECODE_AUDIENCE=settings.jwt_audience,
        JWT_DECODE_LEEWAY=LEEWAY_S,
        JWT_TOKEN_LOCATION=["headers"],
    )
    JWTManager(app)


def verify(token: str) -> tuple[Identity, int | None]:
    """Return who the token speaks for, and the instant (ms) at which it expires, None for never.

    Raises Unauthenticated, which never repeats anything of the token.
    """
    try:
        payload = decode_token(token)
    except (jwt.PyJWTError, JWTExtendedException, ValueError, TypeError, RecursionError):
        raise Unauthenticated("The bearer token is not valid.") from None
    if payload["type"] != "access" or not payload["sub"]:
        raise Unauthenticated("The bearer token is not valid.")
    return identity_of(payload), expiry_of(payload)


def expiry_of(payload: Mapping[str, Any]) -> int | None:
    """Return the instant (ms) at which a verified token expires, None for never. Raises Unauthenticated if it has."""
    if payload.get("exp") is None:
        return None
    expires_at = int(payload["exp"])
    if expires_at <= time.time():
        raise Unauthenticated("The bearer token is not valid.")
    return expires_at * 1000


def identity_of(payload: Mapping[str, Any]) -> Identity:
    """Return the identity that the members of a verified token describe. What is malformed grants nothing."""
    return Identity(str(payload["sub"]), _claims(payload), _topics(payload))


def sign(
    settings: Settings,
    *,
    subject: str,
    claims: tuple[str, ...],
    topics: tuple[str, ...] | None,
    lifetime_s: int | None,
    private_key: str | None = None,
) -> str:
    """Return a new token that this server accepts, with the `iss` and `aud` that it demands.

    HS256 signs with the configured secret; the other algorithms need the PEM text of the private key.
    """
    now = int(time.time())
    payload: dict[str, Any] = {"sub": subject, "iat": now, **dict.fromkeys(claims, True)}
    payload |= {} if topics is None else {"topics": list(topics)}
    payload |= {} if lifetime_s is None else {"exp": now + lifetime_s}
    payload |= {} if settings.jwt_issuer is None else {"iss": settings.jwt_issuer}
    payload |= {} if settings.jwt_audience is None else {"aud": settings.jwt_audience}
    key = settings.jwt_secret if settings.jwt_algorithm == "HS256" else private_key
    return jwt.encode(payload, key or "", algorithm=settings.jwt_algorithm)


def _claims(payload: Mapping[str, Any]) -> frozenset[str]:
    listed = payload.get("claims")
    scope = payload.get("scope")
    named = set(listed) if isinstance(listed, list) and all(isinstance(name, str) for name in listed) else set()
    named |= set(scope.split()) if isinstance(scope, str) else set()
    return frozenset(claim for claim in ALL_CLAIMS if payload.get(claim) is True or claim in named)


def _topics(payload: Mapping[str, Any]) -> tuple[str, ...] | None:
    topics = payload.get("topics")
    if topics is None:
        return None
    if isinstance(topics, str):
        return tuple(pattern for pattern in re.split(r"[,\s]+", topics) if pattern)
    if isinstance(topics, list):
        return tuple(pattern for pattern in topics if isinstance(pattern, str))
    return ()

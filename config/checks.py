"""What a server must not start with: a key that can be guessed, or an open door."""

from __future__ import annotations

import ipaddress
import math
import re
from collections import Counter

from config.default import Settings
from config.development import DEVELOPMENT_SECRET
from config.environment import InvalidSettings
from config.testing import TESTING_SECRET

SECRET_BYTES = 32  # RFC 8725 section 3.5, RFC 7518 section 3.2: as long as the hash of HS256
ENTROPY_BITS = 80
WORDS_OF_EXAMPLES = re.compile(
    "secret|password|passwort|change.?me|change.?this|example|default|development|testing|jwt|token|key|errand|camunda"
    "|abcdefgh|qwerty|known.to.everybody",
    re.IGNORECASE,
)
MAKE_A_SECRET = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


def check(settings: Settings) -> Settings:
    """Return the settings if a server may start with them.

    Raises InvalidSettings, whose message says what to set.
    """
    _check_key(settings)
    _check_engine(settings)
    if settings.name == "production" and settings.anonymous:
        raise InvalidSettings("ERRAND_ANONYMOUS is on. Production admits nobody without a credential: set it off.")
    if settings.name != "production" and not is_loopback(settings.bind):
        _check_open_door(settings)
    if settings.name == "production" or not is_loopback(settings.bind):
        _check_strength(settings)
    return settings


def warnings(settings: Settings) -> list[str]:
    """Return what a server may start with and its operator should know."""
    if settings.oidc_issuer and not settings.jwt_audience:
        return [
            f"every token of {settings.oidc_issuer} is accepted, also one that was issued for another service. "
            "Set ERRAND_JWT_AUDIENCE to the audience that stands for this server."
        ]
    return []


def is_loopback(bind: str) -> bool:
    """Tell whether only this machine reaches the address."""
    if bind.startswith("unix:"):
        return True
    host = bind.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def entropy_bits(secret: str) -> float:
    """Estimate how many bits of chance the text can hold, from how often each character occurs. Known words count 0."""
    rest = WORDS_OF_EXAMPLES.sub("", secret)
    return -sum(count * math.log2(count / len(rest)) for count in Counter(rest).values())


def _check_key(settings: Settings) -> None:
    for url in (settings.oidc_issuer, settings.claim_check_url):
        if url is not None and not url.startswith(("https://", "http://")):
            raise InvalidSettings("ERRAND_OIDC_ISSUER and ERRAND_CLAIM_CHECK_URL must be https:// or http:// URLs.")
    if settings.oidc_issuer and not (settings.jwt_secret or settings.jwt_public_key):
        return
    if settings.jwt_algorithm == "HS256":
        if not settings.jwt_secret:
            raise InvalidSettings(
                f"There is no key to verify tokens with. Set ERRAND_JWT_SECRET (32 bytes or more), or "
                f"ERRAND_JWT_PUBLIC_KEY and ERRAND_JWT_ALGORITHM=RS256. {MAKE_A_SECRET}. "
                f"To try Errand on this machine only: ERRAND_CONFIG=development."
            )
    elif not settings.jwt_public_key:
        raise InvalidSettings(
            f"ERRAND_JWT_ALGORITHM is {settings.jwt_algorithm}: set ERRAND_JWT_PUBLIC_KEY to PEM text or file:/path."
        )
    elif "PUBLIC KEY-----" not in settings.jwt_public_key:
        raise InvalidSettings("ERRAND_JWT_PUBLIC_KEY is no public key in PEM text (-----BEGIN PUBLIC KEY-----).")


def _check_engine(settings: Settings) -> None:
    if settings.engine_url is None:
        return
    if not settings.engine_url.startswith(("https://", "http://")):
        raise InvalidSettings("ERRAND_ENGINE_URL must be an https:// or http:// URL.")
    if not settings.engine_secret:
        raise InvalidSettings(f"ERRAND_ENGINE_URL needs ERRAND_ENGINE_SECRET, which signs. {MAKE_A_SECRET}")


def _check_strength(settings: Settings) -> None:
    secret = settings.jwt_secret
    if settings.jwt_algorithm != "HS256" or secret is None:
        return
    size = len(secret.encode())
    if size < SECRET_BYTES:
        raise InvalidSettings(f"ERRAND_JWT_SECRET has {size} bytes; it needs {SECRET_BYTES} or more. {MAKE_A_SECRET}.")
    if entropy_bits(secret) < ENTROPY_BITS:
        raise InvalidSettings(f"ERRAND_JWT_SECRET is easy to guess. {MAKE_A_SECRET}.")


def _check_open_door(settings: Settings) -> None:
    if settings.anonymous or settings.jwt_secret in (DEVELOPMENT_SECRET, TESTING_SECRET):
        raise InvalidSettings(
            f"ERRAND_BIND is {settings.bind}, which other machines reach, and the {settings.name} configuration admits "
            f"everybody. Use ERRAND_CONFIG=production with ERRAND_JWT_SECRET, or bind to 127.0.0.1."
        )

"""A server for the machine it runs on: everybody is admitted, nobody else reaches it."""

from __future__ import annotations

from dataclasses import dataclass

from config.default import Settings

DEVELOPMENT_SECRET = "development-secret-known-to-everybody"


@dataclass(frozen=True, kw_only=True, repr=False)
class Development(Settings):
    """Loopback only; anonymous callers may do everything, and the key is public knowledge."""

    name: str = "development"
    jwt_secret: str | None = DEVELOPMENT_SECRET
    anonymous: bool = True
    webhook_private_addresses: bool = True
    cors_origins: tuple[str, ...] = ("*",)

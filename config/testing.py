"""What the test suite runs with: tokens are demanded, nothing runs by itself."""

from __future__ import annotations

from dataclasses import dataclass

from config.default import Settings

TESTING_SECRET = "testing-secret-known-to-everybody"


@dataclass(frozen=True, kw_only=True, repr=False)
class Testing(Settings):
    """No thread of its own: a test runs due jobs itself and moves the clock."""

    name: str = "testing"
    jwt_secret: str | None = TESTING_SECRET
    timers: bool = False
    threads: int = 64
    cors_origins: tuple[str, ...] = ("*",)

"""A server that others reach: it needs a key and admits nobody without one."""

from __future__ import annotations

from dataclasses import dataclass

from config.default import Settings


@dataclass(frozen=True, kw_only=True, repr=False)
class Production(Settings):
    """The defaults as they are; `config.checks` refuses what would make them unsafe."""

    name: str = "production"

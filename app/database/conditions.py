"""Conditions that peewee spells differently for each database, or not at all."""

from __future__ import annotations

from typing import Any

import peewee


def like(column: Any, pattern: Any) -> Any:
    r"""Compare with a pattern of SQL's LIKE, case-sensitive on both databases; `\` takes the meaning of `%` and `_`."""
    return peewee.NodeList((column, peewee.SQL("LIKE"), pattern, peewee.SQL(r"ESCAPE '\'")))

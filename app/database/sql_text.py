"""What the text of a statement tells about it."""

from __future__ import annotations

import re
from functools import lru_cache

_TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE|JOIN)\s+"(\w+)"')


@lru_cache(maxsize=4096)
def tables_of(sql: str) -> frozenset[str]:
    """Return the tables that a statement reads or changes."""
    return frozenset(_TABLE.findall(sql))

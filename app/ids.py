"""Ids: lower-case UUID text whose order is the order of making, so that new rows stay together in every index."""

from __future__ import annotations

import threading
from random import getrandbits
from time import time_ns

MAX_ID_LENGTH = 64
_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """Return a new id in the layout of UUID version 7 (RFC 9562, method 1 of section 6.2).

    48 bits of milliseconds, 12 bits that count within the millisecond, 62 random bits: the ids of one process are in
    order, those of several are so by the millisecond. Nobody may rely on an id being hard to guess.
    """
    global _last
    with _lock:
        moment = time_ns() // 1_000_000 << 12
        if moment <= _last:
            moment = _last + 1
        _last = moment
    text = f"{moment:015x}{0b10 << 62 | getrandbits(62):016x}"
    return f"{text[:8]}-{text[8:12]}-7{text[12:15]}-{text[15:19]}-{text[19:]}"


def versioned_id(key: str, version: int) -> str:
    """Return the id of a version of a definition: `key:version:uuid`, the bare uuid where that is too long."""
    unique = new_id()
    readable = f"{key}:{version}:{unique}"
    return readable if len(readable) <= MAX_ID_LENGTH else unique

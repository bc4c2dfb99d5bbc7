"""Ids: lower-case UUID text whose order is the order of making, so that new rows stay together in every index."""

from __future__ import annotations

import threading
from random import getrandbits
from time import time_ns

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
    noise = getrandbits(62)
    head = f"{moment >> 28:08x}-{moment >> 12 & 0xFFFF:04x}-7{moment & 0xFFF:03x}"
    return f"{head}-{0x8000 | noise >> 48:04x}-{noise & 0xFFFF_FFFF_FFFF:012x}"

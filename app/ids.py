"""Ids: lower-case UUID text whose order is the order of making, so that new rows stay together in every index."""

from __future__ import annotations

import random
import threading
import time

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """Return a new id in the layout of UUID version 7 (RFC 9562, method 1 of section 6.2).

    48 bits of milliseconds, 12 bits that count within the millisecond, 62 random bits: the ids of one process are in
    order, those of several are so by the millisecond. Nobody may rely on an id being hard to guess.
    """
    global _last
    with _lock:
        _last = moment = max(time.time_ns() // 1_000_000 << 12, _last + 1)
    value = (moment >> 12) << 80 | 0x7 << 76 | (moment & 0xFFF) << 64
    value |= 0b10 << 62 | random.getrandbits(62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

"""Texts that a database can keep: no null character, no half of a surrogate pair."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
REPLACEMENT = "�"


def is_storable(text: str) -> bool:
    """Tell whether a database can keep the text."""
    return ("\0" not in text) if text.isascii() else _UNSTORABLE.search(text) is None


def storable(text: str) -> str:
    """Return the text with U+FFFD for each character that no database keeps: for messages, whose loss would be worse.

    Half an emoji is what JavaScript leaves that cuts a text at a certain length.
    """
    return text if is_storable(text) else _UNSTORABLE.sub(REPLACEMENT, text)


def reason_against(text: str) -> str:
    """Return what makes a text unfit to be kept, in words."""
    return "the character NUL" if "\0" in text else "half of a surrogate pair"

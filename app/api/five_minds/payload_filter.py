"""A worker's filter on payloads: a JavaScript regular expression, `/urgent/i` or bare, over the payload's JSON text.

It comes with a request, so it runs in RE2, whose time grows with the text only; what RE2 does not know (look-around,
back references) is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import re2

from app.errors import InvalidInput

MAX_LENGTH = 1_000
MAX_MEMORY = 1 << 20
_LITERAL = re.compile(r"/(.+)/([a-z]*)", re.DOTALL)
_UNICODE_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_FLAGS = frozenset("ims")

PayloadFilter = Callable[[Any], bool]


def payload_filter_of(text: str | None) -> PayloadFilter | None:
    """Return the test that a payload passes or not; None where nothing is filtered. Raises InvalidInput."""
    if text is None or not text.strip():
        return None
    literal = _LITERAL.fullmatch(text)
    pattern, flags = literal.groups() if literal else (text, "")
    kept = "".join(sorted(_FLAGS & set(flags)))
    compiled = _compiled(_UNICODE_ESCAPE.sub(r"\\x{\1}", f"(?{kept}){pattern}" if kept else pattern))
    return lambda payload: compiled.search(json_text(payload)) is not None


def json_text(payload: Any) -> str:
    """Return the JSON text that the filter looks at, without spaces, as JavaScript writes it."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    try:
        if len(pattern) > MAX_LENGTH:
            raise re2.error(f"longer than {MAX_LENGTH} characters")
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        text = reason.decode() if isinstance(reason, bytes) else str(reason)
        raise InvalidInput(f"payloadFilter: {text}", field="payload_filter", rule="type") from None

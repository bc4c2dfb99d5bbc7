"""Filters on payloads: JavaScript's regular expressions as far as they are safe."""

from __future__ import annotations

import pytest

from app.api.five_minds.payload_filter import payload_filter_of
from app.errors import InvalidInput

PAYLOAD = {"order": {"kind": "Urgent", "path": "a/b"}, "name": "Müller"}


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("Urgent", True),
        ("urgent", False),
        ("/urgent/i", True),
        ("/urgent/gu", False),
        (r"/a\/b/", True),
        ('"kind":"Urgent"', True),
        (r"M\u00fcller", True),
        ("^{.*}$", True),
        ("/nothing/", False),
    ],
)
def test_a_filter_looks_at_the_json_text_of_the_payload(text: str, passes: bool) -> None:
    wanted = payload_filter_of(text)
    assert wanted is not None
    assert wanted(PAYLOAD) is passes


@pytest.mark.parametrize("text", [None, "", "  "])
def test_no_filter_wants_everything(text: str | None) -> None:
    assert payload_filter_of(text) is None


@pytest.mark.parametrize("text", ["(", "(?=a)", r"(a)\1", "a{1000}{1000}", "x" * 1001])
def test_a_filter_that_is_broken_or_unsafe_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="payloadFilter: "):
        payload_filter_of(text)


def test_a_filter_that_would_run_for_ever_elsewhere_does_not_here() -> None:
    wanted = payload_filter_of("(a+)+b")
    assert wanted is not None
    assert wanted("a" * 100_000) is False

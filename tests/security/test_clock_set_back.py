"""A clock that is set back gives no credential a longer life."""

from __future__ import annotations

import pytest

from app import clock
from app.errors import Unauthenticated
from app.identity import Identity
from app.identity.identities import Identities
from config import load


def test_a_password_that_was_right_before_the_clock_was_set_back_is_checked_again() -> None:
    known = {"worker": "a long password"}

    def verify(user_id: str, password: str) -> Identity:
        if known.get(user_id) != password:
            raise Unauthenticated("wrong")
        return Identity(user_id)

    identities = Identities(load({"ERRAND_CONFIG": "testing"}), verify)
    header = "Basic d29ya2VyOmEgbG9uZyBwYXNzd29yZA=="
    assert identities.authenticate(header) == Identity("worker")
    known.clear()
    with clock.frozen():
        clock.advance(-3_600_000)
        with pytest.raises(Unauthenticated):
            identities.authenticate(header)

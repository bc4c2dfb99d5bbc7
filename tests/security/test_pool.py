"""A database that does not answer costs a request some time, never a thread for ever."""

from __future__ import annotations

import pytest

from app.database import pool
from app.database.pool import Pool
from app.errors import Overloaded


def test_waiting_for_a_connection_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "LONGEST_WAIT_S", 0.01)
    connections = Pool(object, 1)
    lent = connections.take()
    with pytest.raises(Overloaded, match="No connection to the database"):
        connections.take()
    connections.give_back(lent)
    assert connections.take() is lent

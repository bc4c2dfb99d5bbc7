"""One script engine for all tests of a process: each evaluation has a context of its own anyway."""

from __future__ import annotations

import pytest

from app.scripting import JavaScript


@pytest.fixture(scope="session")
def engine() -> JavaScript:
    return JavaScript()

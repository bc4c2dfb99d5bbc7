"""Postgres is killed under load and its standby promoted: the server goes on, nothing acknowledged is lost."""

from __future__ import annotations

import pytest

from benchmarks.replicated import replicated_postgres
from benchmarks.servers import POSTGRES_BINARIES
from benchmarks.standby import Audit, audit, fail_over

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (POSTGRES_BINARIES / "pg_basebackup").exists(),
        reason="the Postgres programs that are installed lack pg_basebackup, which makes the standby",
    ),
]


def test_a_promoted_standby_has_everything_that_was_acknowledged() -> None:
    with replicated_postgres(fsync="off") as pair:
        seen = fail_over(pair, seconds=1, pause=0.2)
        assert seen.audit == Audit(0, 0, 0, 0, 0)
        assert min(len(seen.journal.started), len(seen.journal.completed)) > 0
        seen.journal.completed.add("a task of which the standby has not heard")
        assert audit(pair.standby, seen.journal) == Audit(0, 1, 0, 0, 0)

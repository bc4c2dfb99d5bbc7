"""Run works in one group of joint writes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from app.database.database import Database
from tests.waiting import until

Work = Callable[[], Any]


def run_together(database: Database, works: list[Work]) -> list[Any]:
    """Return what each returned, or the type of what it raised. The group's leader is held until all have queued."""
    entered, proceed = threading.Event(), threading.Event()

    def first() -> None:
        entered.set()
        assert proceed.wait(30)

    with ThreadPoolExecutor(len(works) + 1) as threads:
        leader = threads.submit(database.write_jointly, first)
        assert entered.wait(30)
        answers = []
        for work in works:
            before = len(database.group._waiting)
            answers.append(threads.submit(_outcome, work))
            until(lambda before=before: answers[-1].done() or len(database.group._waiting) > before)
        proceed.set()
        leader.result()
        return [answer.result() for answer in answers]


def _outcome(work: Work) -> Any:
    try:
        return work()
    except Exception as error:
        return type(error)

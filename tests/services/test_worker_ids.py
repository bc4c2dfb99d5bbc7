"""Worker ids bound to their callers, where the setting says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.database.database import Database
from app.errors import WorkerForbidden
from app.identity import ACCESS_EXTERNAL_TASKS, Identity
from app.records.reports import BpmnError, Completion, Failure
from app.services.external_tasks.service import ExternalTaskService
from config import Settings
from tests.services.builders import given_task, orders

ANNA = Identity("anna", frozenset({ACCESS_EXTERNAL_TASKS}))
Verb = Callable[[ExternalTaskService, str, str], Any]
VERBS: dict[str, Verb] = {
    "fetch_and_lock": lambda service, _, worker: service.fetch_and_lock(ANNA, worker, 1, [orders()]),
    "lock": lambda service, task, worker: service.lock(ANNA, task, worker, 1_000),
    "extend_lock": lambda service, task, worker: service.extend_lock(ANNA, task, worker, 1_000),
    "complete": lambda service, task, worker: service.complete(ANNA, task, Completion(worker)),
    "report_failure": lambda service, task, worker: service.report_failure(ANNA, task, Failure(worker)),
    "raise_bpmn_error": lambda service, task, worker: service.handle_bpmn_error(ANNA, task, BpmnError(worker, "E")),
}


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_speaks_for_another_worker_where_ids_are_bound(
    database: Database, settings: Settings, verb: str
) -> None:
    service = ExternalTaskService(database, replace(settings, bind_worker_id=True))
    for worker in ("bert", "annabel", "Anna"):
        with pytest.raises(WorkerForbidden, match=f"may not work as '{worker}'"):
            VERBS[verb](service, given_task(database, worker_id=worker), worker)


@pytest.mark.parametrize("worker", ["anna", "anna:2"])
def test_a_worker_has_its_own_name_and_those_that_begin_with_it(
    database: Database, settings: Settings, worker: str
) -> None:
    service = ExternalTaskService(database, replace(settings, bind_worker_id=True))
    task_id = given_task(database)
    assert [task.id for task in service.fetch_and_lock(ANNA, worker, 1, [orders()])] == [task_id]
    service.complete(ANNA, task_id, Completion(worker))


def test_worker_ids_are_free_by_default(database: Database, settings: Settings) -> None:
    service = ExternalTaskService(database, settings)
    task_id = given_task(database)
    service.fetch_and_lock(ANNA, "bert", 1, [orders()])
    service.complete(ANNA, task_id, Completion("bert"))

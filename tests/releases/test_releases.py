"""A database that a release has written is opened, and everything that ran in it comes to its end."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.database.database import Database
from app.models.database import open_database
from app.models.migrations import NEWEST
from app.models.schema import migrate
from tests.builders import bearer
from tests.events.receivers import receiver
from tests.models.schemas import options_of, schema_of
from tests.releases.driving import Operator
from tests.releases.filling import VARIABLES

ENDED = """
asynchronous: COMPLETED end later start
boundary_timer: COMPLETED end every remind reminded slow start
called: COMPLETED end start work
caller: COMPLETED after call end start
compensation: COMPLETED book cancel_booking decide end start undo
condition: COMPLETED end start wait
error: COMPLETED caught repair repaired start work
event_gateway: COMPLETED by_message end first start work
event_subprocess: COMPLETED end extra more more_end on_more start work
failing_job: COMPLETED end fail start
message doomed: EXTERNALLY_TERMINATED start wait work
message doomed: EXTERNALLY_TERMINATED start wait work
message: COMPLETED end start wait work
multi_instance: COMPLETED each each each each_end each_end each_end each_start each_start each_start end in_turn \
in_turn in_turn#multiInstanceBody many many many many#multiInstanceBody start
parallel_gateway: COMPLETED after end fork join join left right start
signal: COMPLETED end start wait work
task backing off: COMPLETED end start work
task completed: COMPLETED end start work
task failed: COMPLETED end start work
task locked: COMPLETED end start work
task ready: COMPLETED end start work
task suspended: COMPLETED end start work
timer ended: EXTERNALLY_TERMINATED pause start
timer: COMPLETED after end pause start
timer_start: COMPLETED begin end work
transaction: COMPLETED buy cancelled check given_up pay refund start t_cancel t_start
user_task claimed: COMPLETED approve end start
user_task unclaimed: COMPLETED approve end start
"""
"""Each instance's key and business key, its last state, and the activities that it went through."""


@pytest.fixture
def operator(app: Flask) -> Operator:
    """Return somebody who works with the server."""
    return Operator(app)


def test_it_gets_the_schema_of_today_and_keeps_its_rows(old_url: str, database_url: str) -> None:
    old, new = open_database(old_url), open_database(database_url)
    columns: dict[str, list[str]] = {}
    for table, name, *_ in schema_of(old)["columns"]:
        columns.setdefault(table, []).append(name)
    before = rows_of(old, columns)
    assert migrate(old) == NEWEST
    assert (schema_of(old), options_of(old)) == (schema_of(new), options_of(new))
    after = rows_of(old, columns)
    versions = {version for _, version in after.pop("schema_version")}
    assert {version for _, version in before.pop("schema_version")} <= versions == {*range(1, NEWEST + 1)}
    assert after == before
    assert [table for table, rows in after.items() if not rows] == []
    old.close()
    new.close()


def rows_of(database: Database, columns: dict[str, list[str]]) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of each table, with these columns."""
    found = {}
    for table, names in columns.items():
        sql = 'SELECT "{}" FROM "{}"'.format('", "'.join(names), table)
        found[table] = sorted(database.read(lambda sql=sql: database.rows(sql, ())), key=repr)
    return found


def test_everything_that_ran_comes_to_its_end(operator: Operator) -> None:
    operator.release_what_waits()
    operator.work_until_the_end()
    assert ended(operator) == ENDED.strip().splitlines()
    left = [operator.get(path) for path in ("/incident", "/batch", "/external-task", "/task", "/job")]
    assert left[:4] == [[], [], [], []]
    assert [job["processDefinitionKey"] for job in left[4]] == ["timer_start"]  # its second time has not come


def ended(operator: Operator) -> list[str]:
    """Return the instances of the history as `ENDED` tells them."""
    told = []
    for instance in operator.get("/history/process-instance"):
        visited = operator.get("/history/activity-instance", processInstanceId=instance["id"])
        name = " ".join(filter(None, (instance["processDefinitionKey"], instance["businessKey"])))
        told.append(f"{name}: {instance['state']} {' '.join(sorted(a['activityId'] for a in visited))}")
    return sorted(told)


def test_a_lock_goes_on_and_ends_with_its_time(operator: Operator) -> None:
    (task,) = (task for task in operator.get("/external-task", locked="true") if task["businessKey"] == "locked")
    assert (task["workerId"], task["lockExpirationTime"]) == ("old worker", "2026-03-01T13:00:00.000+0000")
    operator.send("POST", f"/external-task/{task['id']}/complete", {"workerId": "old worker"})
    (record,) = operator.get("/history/process-instance", processInstanceBusinessKey="locked")
    assert (record["state"], record["endTime"]) == ("COMPLETED", "2026-03-01T12:25:00.000+0000")


def test_what_was_planned_happens_at_its_time(operator: Operator) -> None:
    (called,) = operator.get("/process-definition", key="called")
    assert not called["suspended"]
    clock.advance(300_000)
    operator.components.job_runner.run_due()
    assert operator.get(f"/process-definition/{called['id']}")["suspended"]


def test_what_was_changed_in_a_job_definition_holds(operator: Operator) -> None:
    (definition,) = operator.get("/job-definition", processDefinitionKey="timer")
    assert definition["overridingJobPriority"] == 7


def test_the_history_is_told_as_before(operator: Operator) -> None:
    (done,) = operator.get("/history/process-instance", processInstanceBusinessKey="completed")
    found = operator.get("/history/variable-instance", processInstanceId=done["id"], deserializeValues="false")
    expected = {name: (given["type"], given["value"]) for name, given in VARIABLES.items()}
    expected |= {
        "text": ("String", "changed"),
        "answer": ("Integer", 42),
        "file": ("File", None),
        "raw": ("Bytes", None),
    }
    assert {row["name"]: (row["type"], row["value"]) for row in found} == expected
    (file,) = (row["id"] for row in found if row["name"] == "file")
    response = operator.client.get(f"/engine-rest/history/variable-instance/{file}/data", headers=bearer())
    assert (response.data, "a.txt" in response.headers["Content-Disposition"]) == (b"content", True)
    (raw,) = (row["id"] for row in found if row["name"] == "raw")
    response = operator.client.get(f"/engine-rest/history/variable-instance/{raw}/data", headers=bearer())
    assert response.data == b"\x00\xff"
    updates = operator.get("/history/detail", processInstanceId=done["id"], variableUpdates="true")
    assert sorted(row["value"] for row in updates if row["variableName"] == "text") == ["changed", "größer"]


def test_what_persons_have_said_and_attached_is_there(operator: Operator) -> None:
    (task,) = operator.get("/task", assignee="mary")
    assert [comment["message"] for comment in operator.get(f"/task/{task['id']}/comment")] == ["Looks good."]
    (attachment,) = operator.get(f"/task/{task['id']}/attachment")
    path = f"/engine-rest/task/{task['id']}/attachment/{attachment['id']}/data"
    assert operator.client.get(path, headers=bearer()).data == b"\x00content"


def test_webhooks_get_what_they_had_missed(operator: Operator) -> None:
    database = operator.components.database
    waiting = int(database.read(lambda: database.rows("SELECT COUNT(*) FROM delivery", ()))[0][0])
    with receiver() as hook:
        database.write(lambda: database.execute_sql(f"UPDATE webhook SET url = '{hook.url}'"))
        operator.components.events.deliverer.run_due()
    types = [request.body["type"] for request in hook.received]
    assert waiting < len(types) == len({request.id for request in hook.received})
    assert set(types) == {f"external_task_{what}" for what in ("created", "locked", "failed", "finished")}
    assert database.read(lambda: database.rows("SELECT COUNT(*) FROM delivery", ())) == [(0,)]


def test_workers_have_their_accounts_and_may_repeat_their_reports(operator: Operator) -> None:
    basic = {"Authorization": "Basic " + base64.b64encode(b"old-worker:a long password").decode()}
    body = {"workerId": "new worker", "maxTasks": 1, "topics": [{"topicName": "after", "lockDuration": 1000}]}
    assert operator.client.post("/engine-rest/external-task/fetchAndLock", json=body, headers=basic).status_code == 200
    (entry,) = operator.get("/history/external-task-log", successLog="true", activityIdIn="work", maxResults=1)
    report = {
        "workerId": "old worker",
        "variables": {"text": {"value": "changed"}, "answer": {"value": 42}},
    }
    path = f"/engine-rest/external-task/{entry['externalTaskId']}/complete"
    again = operator.client.post(path, json=report, headers={**bearer(), "Idempotency-Key": "once"})
    assert (again.status_code, operator.client.post(path, json=report, headers=bearer()).status_code) == (204, 404)

"""Nothing that acts on many, or looks first, is ever found half done: another request comes at the worst moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.api.camunda.rest.dates import format_date
from app.api.components import Components, components_of
from app.database.database import Database
from app.models import Job, JobDefinitionChange, ProcessInstance
from app.records.reports import Completion
from tests.builders import bearer, external_task, one_task
from tests.dialects.camunda.rest import Rest, line, refusal, timer, user_task
from tests.engine.scene import ME
from tests.meanwhile import meanwhile


@pytest.fixture
def components(app: Flask) -> Components:
    """Return the services, for what happens meanwhile."""
    return components_of(app)


def jobs_of(rest: Rest) -> list[str]:
    return [job["id"] for job in rest.get("/job", sortBy="jobId", sortOrder="asc")]


def in_an_hour() -> str | None:
    return format_date(clock.now_ms() + 3_600_000)


@pytest.mark.parametrize("before_write", [1, 2])
def test_jobs_are_suspended_together_though_one_fires_meanwhile(
    rest: Rest, database: Database, components: Components, before_write: int
) -> None:
    rest.deploy(line(timer()))
    for _ in range(20):
        rest.start()
    last = jobs_of(rest)[-1]
    with meanwhile(database, lambda: components.job_execution.execute(ME, last), before_write=before_write) as writes:
        rest.put("/job/suspended", {"processDefinitionKey": "process", "suspended": True})
    assert writes.count == 1
    assert [job["suspended"] for job in rest.get("/job")] == [True] * (19 if before_write == 1 else 20)


def test_the_failed_jobs_of_a_definition_get_retries_though_one_runs_meanwhile(
    rest: Rest, database: Database, components: Components
) -> None:
    rest.deploy(line(timer()))
    for _ in range(3):
        rest.start()
    for id in jobs_of(rest):
        rest.put(f"/job/{id}/retries", {"retries": 0})
    gone = jobs_of(rest)[1]
    (definition,) = rest.get("/job-definition")
    with meanwhile(database, lambda: components.job_execution.execute(ME, gone)) as writes:
        rest.put(f"/job-definition/{definition['id']}/retries", {"retries": 2})
    assert ([job["retries"] for job in rest.get("/job")], rest.get("/incident")) == ([2, 2], [])
    assert writes.count == 1


def test_a_job_gets_retries_and_a_due_date_at_once(rest: Rest, database: Database, components: Components) -> None:
    rest.deploy(line(timer()))
    rest.start()
    (id,) = jobs_of(rest)
    due = in_an_hour()
    with meanwhile(database, lambda: components.job_execution.execute(ME, id), before_write=2) as writes:
        rest.put(f"/job/{id}/retries", {"retries": 7, "dueDate": due})
    job = rest.get(f"/job/{id}")
    assert (job["retries"], job["dueDate"], writes.count) == (7, due, 1)


def test_a_version_that_is_deployed_meanwhile_has_its_job_definitions_suspended_too(
    rest: Rest, database: Database
) -> None:
    model = line(external_task(asyncBefore="true"))
    rest.deploy(model)
    with meanwhile(database, lambda: rest.deploy(model)) as writes:
        rest.put("/job-definition/suspended", {"processDefinitionKey": "process", "suspended": True})
    assert [each["suspended"] for each in rest.get("/job-definition")] == [True, True]
    assert writes.count == 1


def test_a_job_definition_that_is_deleted_meanwhile_gets_no_priority(
    rest: Rest, database: Database, components: Components
) -> None:
    deployed = rest.deploy(line(timer()))
    (definition,) = rest.get("/job-definition")
    with meanwhile(database, lambda: components.deployments.delete(ME, deployed["id"])) as writes:
        answer = rest.answer("PUT", f"/job-definition/{definition['id']}/jobPriority", {"priority": 5})
    text = f"Job definition with id '{definition['id']}' does not exist: jobDefinition is null"
    assert answer == refusal(404, "InvalidRequestException", text)
    assert (writes.count, database.read(JobDefinitionChange.select().count)) == (1, 0)


@pytest.mark.parametrize("body", [{"processDefinitionKey": "process"}, {"processInstanceQuery": {}}])
def test_an_instance_that_starts_meanwhile_is_suspended_with_the_others(
    rest: Rest, database: Database, body: dict[str, Any]
) -> None:
    rest.deploy(one_task())
    rest.start()
    with meanwhile(database, rest.start) as writes:
        rest.put("/process-instance/suspended", {**body, "suspended": True})
    assert [each["suspended"] for each in rest.get("/process-instance")] == [True, True]
    assert writes.count == 1


def test_an_instance_that_ends_meanwhile_does_not_keep_others_from_being_modified(
    rest: Rest, database: Database, components: Components
) -> None:
    rest.deploy(line(external_task("first"), external_task("second")))
    gone, *left = [rest.start() for _ in range(3)]
    definition = rest.get("/process-definition/key/process")["id"]
    body = {
        "processDefinitionId": definition,
        "processInstanceQuery": {},
        "instructions": [{"type": "startBeforeActivity", "activityId": "second"}],
    }
    with meanwhile(database, lambda: components.process_instances.delete(ME, gone)) as writes:
        rest.post("/modification/execute", body)
    tasks = rest.get("/external-task", activityId="second")
    assert {task["processInstanceId"] for task in tasks} == set(left)
    assert writes.count == 1


def test_an_instance_that_ends_meanwhile_does_not_keep_others_from_their_migration(
    rest: Rest, database: Database, components: Components
) -> None:
    rest.deploy(one_task())
    gone, *left = [rest.start() for _ in range(3)]
    source = rest.get("/process-definition/key/process")["id"]
    rest.deploy(one_task())
    target = rest.get("/process-definition/key/process")["id"]
    plan = rest.post("/migration/generate", {"sourceProcessDefinitionId": source, "targetProcessDefinitionId": target})
    body = {"migrationPlan": plan, "processInstanceQuery": {"processDefinitionId": source}}
    with meanwhile(database, lambda: components.process_instances.delete(ME, gone)) as writes:
        rest.post("/migration/execute", body)
    moved = rest.get("/process-instance", processDefinitionId=target)
    assert ({each["id"] for each in moved}, writes.count) == (set(left), 1)


def test_an_ended_instance_that_is_forgotten_meanwhile_does_not_keep_others_from_their_restart(
    rest: Rest, database: Database, components: Components
) -> None:
    rest.deploy(one_task())
    ids = [rest.start() for _ in range(3)]
    for id in ids:
        rest.delete(f"/process-instance/{id}")
    definition = rest.get("/process-definition/key/process")["id"]
    body = {
        "historicProcessInstanceQuery": {},
        "instructions": [{"type": "startBeforeActivity", "activityId": "work"}],
    }
    with meanwhile(database, lambda: components.retention.remove(ME, ids[0])) as writes:
        rest.post(f"/process-definition/{definition}/restart", body)
    assert (rest.get("/process-instance/count"), writes.count) == ({"count": 2}, 1)


def test_a_task_that_is_completed_meanwhile_does_not_keep_others_from_their_retries(
    rest: Rest, database: Database, components: Components
) -> None:
    rest.deploy(one_task())
    for _ in range(3):
        rest.start()
    gone = rest.get("/external-task")[0]["id"]
    components.external_tasks.lock(ME, gone, "w1", 60_000)
    with meanwhile(database, lambda: components.external_tasks.complete(ME, gone, Completion("w1"))) as writes:
        rest.put("/external-task/retries", {"externalTaskQuery": {}, "retries": 9})
    assert ([task["retries"] for task in rest.get("/external-task")], writes.count) == ([9, 9], 1)


BATCHES = {
    "/process-instance/delete": {"processInstanceQuery": {}},
    "/process-instance/suspended-async": {"processInstanceQuery": {}, "suspended": True},
    "/process-instance/job-retries": {"processInstanceQuery": {}, "retries": 1},
    "/process-instance/variables-async": {"processInstanceQuery": {}, "variables": {"a": {"value": 1}}},
    "/job/retries": {"jobQuery": {}, "retries": 1},
    "/external-task/retries-async": {"processInstanceQuery": {}, "retries": 1},
    "/history/process-instance/delete": {"historicProcessInstanceQuery": {}},
    "/history/process-instance/set-removal-time": {"historicProcessInstanceQuery": {}, "clearedRemovalTime": True},
}


@pytest.mark.parametrize("path", BATCHES)
def test_a_batch_holds_what_there_is_when_it_begins(rest: Rest, database: Database, path: str) -> None:
    rest.deploy(line(timer()), line(external_task(), id="other"))
    for key in ("process", "other"):
        rest.start(key)
    with meanwhile(database, lambda: [rest.start(key) for key in ("process", "other")]) as writes:
        batch = rest.post(path, BATCHES[path])
    total = 2 if path in ("/process-instance/job-retries", "/job/retries", "/external-task/retries-async") else 4
    assert (batch["totalJobs"], writes.count) == (total, 1)


def test_links_that_two_add_at_once_are_both_kept(rest: Rest, database: Database) -> None:
    rest.deploy(line(user_task()))
    rest.start()
    (task,) = rest.get("/task")
    path = f"/task/{task['id']}/identity-links"
    with meanwhile(database, lambda: rest.post(path, {"userId": "ann", "type": "candidate"})) as writes:
        rest.post(path, {"userId": "bob", "type": "candidate"})
    assert ([link["userId"] for link in rest.get(path)], writes.count) == (["ann", "bob"], 1)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_task_that_is_forgotten_meanwhile_is_what_is_missing_not_its_comment(
    rest: Rest, database: Database, components: Components, method: str
) -> None:
    rest.deploy(line(user_task()))
    instance_id = rest.start()
    (task,) = rest.get("/task")
    comment = rest.post(f"/task/{task['id']}/comment/create", {"message": "one"})
    components.process_instances.delete(ME, instance_id)
    path = f"/task/{task['id']}/comment" + ("" if method == "PUT" else f"/{comment['id']}")
    with meanwhile(database, lambda: components.retention.remove(ME, instance_id)) as writes:
        answer = rest.answer(method, path, {"id": comment["id"], "message": "two"} if method == "PUT" else None)
    assert answer == refusal(404, "InvalidRequestException", f"No task found for task id {task['id']}")
    assert writes.count == 1


def test_a_deployment_that_is_deleted_meanwhile_is_not_deployed_again(
    rest: Rest, database: Database, components: Components
) -> None:
    id = rest.deploy(one_task())["id"]
    with meanwhile(database, lambda: components.deployments.delete(ME, id)) as writes:
        answer = rest.answer("POST", f"/deployment/{id}/redeploy", {})
    assert answer == refusal(404, "InvalidRequestException", f"Deployment with id '{id}' does not exist")
    assert (rest.get("/deployment"), writes.count) == ([], 1)


def test_nothing_is_planned_for_a_definition_that_is_deleted_meanwhile(
    rest: Rest, database: Database, components: Components
) -> None:
    deployed = rest.deploy(one_task())
    definition = rest.get("/process-definition/key/process")["id"]
    body = {"suspended": True, "executionDate": in_an_hour()}
    with meanwhile(database, lambda: components.deployments.delete(ME, deployed["id"])) as writes:
        status, _ = rest.answer("PUT", f"/process-definition/{definition}/suspended", body)
    assert (status, writes.count, database.read(Job.select().count)) == (500, 1, 0)


def test_a_worker_whose_task_ends_meanwhile_reaches_no_variables(
    rest: Rest, database: Database, components: Components
) -> None:
    rest.deploy(line(external_task(), user_task()))
    instance_id = rest.start()
    (task,) = rest.get("/external-task")
    components.external_tasks.lock(ME, task["id"], "w1", 60_000)
    worker = bearer("can_access_external_tasks", topics=["work"])

    def put(name: str) -> int:
        path = f"/process-instance/{instance_id}/variables/{name}"
        return int(rest.call("PUT", path, json={"value": 1}, headers=worker).status_code)

    with meanwhile(database, lambda: None):
        assert put("before") == 204
    with meanwhile(database, lambda: components.external_tasks.complete(ME, task["id"], Completion("w1"))) as writes:
        assert put("after") == 403
    assert (list(rest.get(f"/process-instance/{instance_id}/variables")), writes.count) == (["before"], 1)


def test_history_is_reported_of_what_the_filters_of_the_report_say(rest: Rest, database: Database) -> None:
    rest.deploy(one_task(), one_task(id="other"))
    for key in ("process", "other"):
        rest.delete(f"/process-instance/{rest.start(key)}")
    durations: Callable[..., Any] = lambda **asked: rest.get(  # noqa: E731
        "/history/process-instance/report", reportType="duration", periodUnit="month", **asked
    )
    assert [len(durations(processDefinitionKeyIn=keys)) for keys in ("process", "nobody")] == [1, 0]
    assert database.read(ProcessInstance.select().count) == 2

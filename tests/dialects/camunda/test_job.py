"""/job and /job-definition: timers and continuations, run, postponed, repaired."""

from __future__ import annotations

import re

import pytest

from app import clock
from app.api.camunda.rest.dates import format_date
from tests.builders import external_task, flow, process
from tests.dialects.camunda.rest import DATE, Rest, line, refusal, timer

ASYNC = line(external_task(asyncBefore="true"))
FAILING = line(external_task(topic="${missing}", asyncBefore="true"))
STARTED_BY_TIMER = process(
    '<startEvent id="start"><timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition></startEvent>',
    external_task(),
    '<endEvent id="end"/>',
    flow("start", "work"),
    flow("work", "end"),
)


def test_a_timer_is_a_job(rest: Rest) -> None:
    made = rest.deploy(line(timer()))
    definition_id = next(iter(made["deployedProcessDefinitions"]))
    with clock.frozen():
        instance_id = rest.start()
        due = format_date(clock.now_ms() + 3_600_000)
    (job,) = rest.get("/job")
    assert rest.get(f"/job/{job['id']}") == job
    assert re.fullmatch(DATE, job.pop("createTime"))
    assert job == {
        "id": job["id"],
        "jobDefinitionId": f"later:timer:{definition_id}",
        "processInstanceId": instance_id,
        "processDefinitionId": definition_id,
        "processDefinitionKey": "process",
        "executionId": job["executionId"],
        "exceptionMessage": None,
        "failedActivityId": None,
        "retries": 3,
        "dueDate": due,
        "suspended": False,
        "priority": 0,
        "tenantId": None,
        "batchId": None,
    }
    assert rest.get("/job/count", timers="true", executable="true") == {"count": 0}
    assert rest.get("/job/count", dueDates=f"gt_{format_date(clock.now_ms())}") == {"count": 1}
    rest.post(f"/job/{job['id']}/execute")
    assert rest.get(f"/history/process-instance/{instance_id}")["state"] == "COMPLETED"


def test_a_continuation_is_a_job(rest: Rest) -> None:
    rest.deploy(ASYNC)
    instance_id = rest.start()
    (job,) = rest.get("/job", messages="true", executable="true", processInstanceId=instance_id)
    tree = rest.get(f"/process-instance/{instance_id}/activity-instances")
    (transition,) = tree["childTransitionInstances"]
    assert (transition["activityId"], transition["executionId"]) == ("work", job["executionId"])
    assert rest.get("/execution", activityId="work")[0]["id"] == job["executionId"]
    assert [each["id"] for each in rest.get("/process-instance", activityIdIn="work")] == [instance_id]
    rest.post(f"/job/{job['id']}/execute")
    assert [each["activityId"] for each in rest.get("/external-task")] == ["work"]


def test_a_job_that_fails_is_told_and_repaired(rest: Rest) -> None:
    rest.deploy(FAILING)
    instance_id = rest.start()
    (job,) = rest.get("/job")
    path = f"/job/{job['id']}"
    status, body = rest.answer("POST", f"{path}/execute")
    assert (status, body["type"]) == (404, "InvalidRequestException")
    failed = rest.get(path)
    assert (failed["retries"], failed["exceptionMessage"], failed["failedActivityId"]) == (2, body["message"], "work")
    trace = rest.call("GET", f"{path}/stacktrace")
    assert (trace.headers["Content-Type"].split(";")[0], bool(trace.data)) == ("text/plain", True)
    rest.put(f"{path}/retries", {"retries": 0})
    (incident,) = rest.get("/incident", configuration=job["id"])
    assert (incident["incidentType"], incident["jobDefinitionId"]) == ("failedJob", job["jobDefinitionId"])
    assert rest.get("/job/count", noRetriesLeft="true", withException="true") == {"count": 1}
    rest.post(f"/process-instance/{instance_id}/variables", {"modifications": {"missing": {"value": "work"}}})
    rest.put(f"{path}/retries", {"retries": 1})
    assert rest.get("/incident") == []
    rest.post(f"{path}/execute")
    assert [each["topicName"] for each in rest.get("/external-task")] == ["work"]


def test_a_job_is_postponed_suspended_and_preferred(rest: Rest) -> None:
    rest.deploy(line(timer()))
    rest.start()
    (job,) = rest.get("/job")
    path = f"/job/{job['id']}"
    rest.put(f"{path}/duedate", {"duedate": "2040-01-01T00:00:00.000+0000"})
    rest.put(f"{path}/suspended", {"suspended": True})
    rest.put(f"{path}/priority", {"priority": 7})
    changed = rest.get(path)
    assert (changed["dueDate"], changed["suspended"], changed["priority"]) == ("2040-01-01T00:00:00.000+0000", True, 7)
    assert rest.answer("PUT", f"{path}/priority", {}) == refusal(
        400, "RestException", f"Priority for job '{job['id']}' cannot be null."
    )


def test_a_job_that_is_not_there_is_named(rest: Rest) -> None:
    assert rest.answer("GET", "/job/x") == refusal(404, "InvalidRequestException", "Job with id x does not exist")
    assert rest.answer("POST", "/job/x/execute") == refusal(
        404, "InvalidRequestException", "No job found with id 'x': job is null"
    )
    assert rest.answer("PUT", "/job/x/retries", {"retries": 1}) == refusal(
        500, "InvalidRequestException", "No job found with id 'x'."
    )
    assert rest.answer("DELETE", "/job/x") == refusal(
        404, "InvalidRequestException", "No job found with id 'x': job is null"
    )


def test_a_timer_that_starts_processes_can_be_deleted(rest: Rest) -> None:
    rest.deploy(STARTED_BY_TIMER)
    (job,) = rest.get("/job", timers="true")
    rest.post(f"/job/{job['id']}/execute")
    assert rest.get("/process-instance/count") == {"count": 1}
    (again,) = rest.get("/job", timers="true")
    rest.delete(f"/job/{again['id']}")
    assert rest.get("/job") == []


def test_a_timer_that_an_instance_waits_for_can_be_deleted(rest: Rest) -> None:
    rest.deploy(line(timer(), external_task("next")))
    instance_id = rest.start()
    (job,) = rest.get("/job")
    rest.delete(f"/job/{job['id']}")
    assert rest.get("/job") == []
    assert rest.answer("DELETE", f"/job/{job['id']}") == refusal(
        404, "InvalidRequestException", f"No job found with id '{job['id']}': job is null"
    )
    move = [{"type": "cancel", "activityId": "later"}, {"type": "startAfterActivity", "activityId": "later"}]
    rest.post(f"/process-instance/{instance_id}/modification", {"instructions": move})
    assert [task["activityId"] for task in rest.get("/external-task")] == ["next"]


LATER = "2035-01-31T10:00:00.000+0000"


@pytest.mark.parametrize("path", ["/job/{job}/retries", "/job-definition/{made}/retries"])
def test_new_retries_bring_a_due_date(rest: Rest, path: str) -> None:
    rest.deploy(line(timer()))
    rest.start()
    (job,) = rest.get("/job")
    rest.put(f"/job/{job['id']}/retries", {"retries": 0})
    place = path.format(job=job["id"], made=job["jobDefinitionId"])
    rest.put(place, {"retries": 0, "dueDate": None})
    assert rest.get(f"/job/{job['id']}")["dueDate"] == job["dueDate"]
    rest.put(place, {"retries": 4, "dueDate": LATER})
    changed = rest.get(f"/job/{job['id']}")
    assert (changed["retries"], changed["dueDate"]) == (4, LATER)


@pytest.mark.parametrize(
    ("path", "named"), [("/job/retries", "jobIds"), ("/process-instance/job-retries", "processInstances")]
)
def test_new_retries_of_many_jobs_bring_a_due_date(rest: Rest, path: str, named: str) -> None:
    rest.deploy(line(timer()))
    instance_id = rest.start()
    (job,) = rest.get("/job")
    id = job["id"] if named == "jobIds" else instance_id
    rest.post(path, {named: [id], "retries": 4, "dueDate": LATER})
    while work := rest.get("/job", messages="true"):
        rest.post(f"/job/{work[0]['id']}/execute")
    changed = rest.get(f"/job/{job['id']}")
    assert (changed["retries"], changed["dueDate"]) == (4, LATER)


@pytest.mark.parametrize("name", ["dueDates", "createTimes"])
def test_a_bad_date_in_a_condition_is_refused(rest: Rest, name: str) -> None:
    kind = {"dueDates": "due date", "createTimes": "create time"}[name]
    expected = refusal(
        400,
        "InvalidRequestException",
        f'Invalid {kind} format: Cannot convert value "bad" to java type java.util.Date',
    )
    assert rest.answer("GET", "/job", **{name: "lt_bad"}) == expected
    assert rest.answer("POST", "/job", {name: [{"operator": "lt", "value": "bad"}]}) == expected
    assert rest.answer("GET", "/job", **{name: "lt_"})[0] == 400


def test_what_makes_jobs_is_listed(rest: Rest) -> None:
    made = rest.deploy(line(timer(), external_task(asyncBefore="true")))
    definition_id = next(iter(made["deployedProcessDefinitions"]))
    found = {each["activityId"]: each for each in rest.get("/job-definition", processDefinitionKey="process")}
    assert found["later"] == {
        "id": f"later:timer:{definition_id}",
        "processDefinitionId": definition_id,
        "processDefinitionKey": "process",
        "jobType": "timer-intermediate-transition",
        "jobConfiguration": "DURATION: PT1H",
        "activityId": "later",
        "suspended": False,
        "overridingJobPriority": None,
        "tenantId": None,
        "deploymentId": made["id"],
    }
    assert (found["work"]["jobType"], found["work"]["jobConfiguration"]) == ("async-continuation", "async-before")
    assert rest.get(f"/job-definition/{found['work']['id']}") == found["work"]
    assert rest.post("/job-definition/count", {"activityIdIn": ["work"]}) == {"count": 1}
    rest.start()
    (job,) = rest.get("/job", jobDefinitionId=found["later"]["id"])
    rest.put(f"/job/{job['id']}/retries", {"retries": 0})
    rest.put(f"/job-definition/{found['later']['id']}/retries", {"retries": 5})
    assert rest.get(f"/job/{job['id']}")["retries"] == 5
    assert rest.answer("GET", "/job-definition/x") == refusal(
        404, "InvalidRequestException", "Job Definition with id x does not exist"
    )


def test_many_jobs_are_repaired_and_suspended_together(rest: Rest) -> None:
    rest.deploy(line(timer()))
    instances = [rest.start(), rest.start()]
    rest.put("/job/suspended", {"suspended": True, "processDefinitionKey": "process"})
    assert rest.get("/job/count", suspended="true") == {"count": 2}
    rest.put("/job/suspended", {"suspended": False, "processInstanceId": instances[0]})
    (active,) = rest.get("/job", active="true")
    made = rest.post("/job/retries", {"jobIds": [active["id"]], "jobQuery": {"suspended": True}, "retries": 9})
    assert (made["type"], made["totalJobs"]) == ("set-job-retries", 2)
    while jobs := rest.get("/job", messages="true"):
        rest.post(f"/job/{jobs[0]['id']}/execute")
    assert [job["retries"] for job in rest.get("/job")] == [9, 9]
    assert rest.answer("POST", "/job/retries", {"retries": 1}) == refusal(
        400, "InvalidRequestException", "jobIds is empty"
    )


def test_metrics_count_what_was_done(rest: Rest) -> None:
    rest.deploy(ASYNC)
    rest.start()
    assert rest.get("/metrics/process-instances/sum") == {"result": 1}
    assert rest.get("/metrics/activity-instance-start/sum", endDate="2015-10-06T16:34:42.000+0200") == {"result": 0}
    assert rest.get("/metrics/executed-decision-elements/sum") == {"result": 0}


def test_a_suspended_job_definition_makes_suspended_jobs(rest: Rest) -> None:
    rest.deploy(ASYNC)
    rest.start()
    (definition,) = rest.get("/job-definition")
    assert (definition["suspended"], definition["overridingJobPriority"]) == (False, None)
    rest.put(f"/job-definition/{definition['id']}/suspended", {"suspended": True, "includeJobs": True})
    rest.put(f"/job-definition/{definition['id']}/jobPriority", {"priority": 7})
    rest.start()
    assert [(job["suspended"], job["priority"]) for job in rest.get("/job")] == [(True, 0), (True, 7)]
    (changed,) = rest.get("/job-definition", suspended="true", withOverridingJobPriority="true")
    assert changed == {**definition, "suspended": True, "overridingJobPriority": 7}
    rest.put("/job-definition/suspended", {"processDefinitionKey": "process", "suspended": False})
    rest.put(f"/job-definition/{definition['id']}/jobPriority", {"priority": None})
    rest.start()
    assert [(job["suspended"], job["priority"]) for job in rest.get("/job")] == [(True, 0), (True, 7), (False, 0)]
    assert rest.get("/job-definition", active="true") == [definition]


def test_impossible_changes_of_job_definitions_are_refused(rest: Rest) -> None:
    assert rest.answer("PUT", "/job-definition/x/jobPriority", {"priority": 1}) == refusal(
        404, "InvalidRequestException", "Job definition with id 'x' does not exist: jobDefinition is null"
    )
    assert rest.answer("PUT", "/job-definition/x/jobPriority", {"includeJobs": True}) == refusal(
        400, "InvalidRequestException", "Cannot reset priority for job definition x with includeJobs=true"
    )
    assert rest.answer("PUT", "/job-definition/suspended", {"suspended": True}) == refusal(
        400,
        "InvalidRequestException",
        "Either processDefinitionId or processDefinitionKey should be set to update the suspension state.",
    )


def test_the_due_date_of_a_timer_is_calculated_again(rest: Rest) -> None:
    rest.deploy(line(timer(duration="${wait}")))
    with clock.frozen():
        id = rest.start(variables={"wait": "PT1H"})
        begun = clock.now_ms()
        rest.put(f"/process-instance/{id}/variables/wait", {"value": "PT3H"})
        clock.advance(60_000)
        (job,) = rest.get("/job")

        def recalculated(**parameters: str) -> str:
            rest.post(f"/job/{job['id']}/duedate/recalculate", **parameters)
            return str(rest.get(f"/job/{job['id']}")["dueDate"])

        assert recalculated() == format_date(begun + 3 * 3_600_000)
        assert recalculated(creationDateBased="false") == format_date(begun + 60_000 + 3 * 3_600_000)


def test_the_due_date_of_a_start_by_timer_is_calculated_again(rest: Rest) -> None:
    with clock.frozen():
        rest.deploy(STARTED_BY_TIMER)
        (job,) = rest.get("/job")
        rest.put(f"/job/{job['id']}/duedate", {"duedate": None})
        rest.post(f"/job/{job['id']}/duedate/recalculate")
        assert rest.get(f"/job/{job['id']}")["dueDate"] == job["dueDate"]


def test_only_timers_are_calculated_again(rest: Rest) -> None:
    rest.deploy(ASYNC)
    rest.start()
    (job,) = rest.get("/job")
    text = f"Only timer jobs can be recalculated, but the job with id '{job['id']}' is of type 'async-before'."
    assert rest.answer("POST", f"/job/{job['id']}/duedate/recalculate") == refusal(
        500, "InvalidRequestException", text, 0
    )
    assert rest.answer("POST", "/job/x/duedate/recalculate") == refusal(
        404, "InvalidRequestException", "No job found with id 'x': job is null", 0
    )

"""/migration: plans are proposed and checked, instances follow them at once or by a batch, in Camunda's words."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.builders import flow, process
from tests.dialects.camunda.rest import Rest, line, refusal, user_task

EXTERNAL = '<serviceTask id="{id}" camunda:type="external" camunda:topic="{id}"/>'


def deployed(rest: Rest, *elements: str, **fields: str) -> str:
    """Deploy the next version of `process` and return its id."""
    made = rest.deploy(line(*elements), **fields)
    (id,) = made["deployedProcessDefinitions"]
    return str(id)


def started(rest: Rest, definition_id: str) -> str:
    return str(rest.post(f"/process-definition/{definition_id}/start")["id"])


def plan(source: str, target: str, *pairs: str, **more: Any) -> dict[str, Any]:
    """Return the body of a plan; `a>b` maps one activity, `a` one to itself."""
    both = [pair.partition(">") for pair in pairs]
    return {
        "sourceProcessDefinitionId": source,
        "targetProcessDefinitionId": target,
        "instructions": [instruction(one, other or one) for one, _, other in both],
        **more,
    }


def instruction(source: str | None, target: str, update: bool = False) -> dict[str, Any]:
    return {"sourceActivityIds": [source], "targetActivityIds": [target], "updateEventTrigger": update}


@pytest.fixture
def versions(rest: Rest) -> tuple[str, str]:
    """Return two versions of one task: `approve`, which is `check` in the second."""
    return deployed(rest, user_task()), deployed(rest, user_task("check"))


def test_a_plan_is_proposed_with_its_variables_told_back(rest: Rest, versions: tuple[str, str]) -> None:
    source, target = versions
    assert rest.post("/migration/generate", plan(source, target)) == {**plan(source, target), "variables": None}
    variables = {"x": {"value": 1}, "s": {"value": "t", "type": "String"}}
    asked = {**plan(source, source), "updateEventTriggers": True, "variables": variables}
    assert rest.post("/migration/generate", asked) == {
        **plan(source, source, "approve"),
        "variables": {
            "x": {"type": None, "value": 1, "valueInfo": None},
            "s": {"type": "String", "value": "t", "valueInfo": {}},
        },
    }


@pytest.mark.parametrize("path", ["/migration/generate", "/migration/validate"])
def test_a_plan_needs_two_definitions(rest: Rest, versions: tuple[str, str], path: str) -> None:
    def answer(body: dict[str, Any]) -> Any:
        return rest.answer("POST", path, body)

    invalid = "InvalidRequestException"
    assert answer({}) == refusal(400, invalid, "Source process definition id is null", 0)
    only = {"sourceProcessDefinitionId": versions[0]}
    assert answer(only) == refusal(400, invalid, "Target process definition id is null", 0)
    text = "ENGINE-23008 Target process definition with id 'nope' does not exist"
    assert answer(plan(versions[0], "nope")) == refusal(400, invalid, text, 0)


def test_what_is_wrong_with_a_plan_is_reported(rest: Rest, versions: tuple[str, str]) -> None:
    assert rest.post("/migration/validate", plan(*versions, "approve>check")) == {
        "instructionReports": [],
        "variableReports": {},
    }
    wrong = {**plan(*versions), "instructions": [instruction("approve", "end", True), instruction(None, "check")]}
    assert rest.post("/migration/validate", wrong) == {
        "instructionReports": [
            {"instruction": instruction(None, "check"), "failures": ["Source activity id is null"]},
            {
                "instruction": instruction("approve", "end", True),
                "failures": [
                    "Activities have incompatible types "
                    "(UserTaskActivityBehavior is not compatible with NoneEndEventActivityBehavior)",
                    "Cannot update event trigger because the activity does not define a persistent event trigger",
                ],
            },
        ],
        "variableReports": {},
    }


@pytest.mark.parametrize(
    ("instructions", "status", "type", "message"),
    [
        ([None], 500, "NullPointerException", 'because "migrationInstructionDto" is null'),
        ([{"targetActivityIds": ["a"]}], 500, "NullPointerException", 'getSourceActivityIds()" is null'),
        (
            [{"sourceActivityIds": [], "targetActivityIds": ["a"]}],
            500,
            "IndexOutOfBoundsException",
            "Index 0 out of bounds for length 0",
        ),
        ("x", 400, "InvalidRequestException", ""),
    ],
)
def test_instructions_that_are_none_are_refused(
    rest: Rest, versions: tuple[str, str], instructions: Any, status: int, type: str, message: str
) -> None:
    body = {**plan(*versions), "instructions": instructions}
    found_status, answer = rest.answer("POST", "/migration/validate", body)
    assert (found_status, answer["type"], answer["code"]) == (status, type, None)
    assert answer["message"].endswith(message)


def test_an_invalid_plan_moves_nothing_and_has_its_report(rest: Rest, versions: tuple[str, str]) -> None:
    source, target = versions
    id = started(rest, source)
    for path in ("/migration/execute", "/migration/executeAsync"):
        body = {"migrationPlan": plan(source, target, "approve>gone"), "processInstanceIds": [id]}
        status, answer = rest.answer("POST", path, body)
        failures = ["Target activity 'gone' does not exist"]
        assert (status, answer) == (
            400,
            {
                "type": "MigrationPlanValidationException",
                "message": "ENGINE-23001 Migration plan for process definition "
                f"'{source}' to '{target}' is not valid:\n"
                "\t Migration instruction MigrationInstructionImpl{sourceActivityId='approve', "
                "targetActivityId='gone', updateEventTrigger='false'} is not valid:\n"
                "\t\tTarget activity 'gone' does not exist\n",
                "code": 0,
                "validationReport": {
                    "instructionReports": [{"instruction": instruction("approve", "gone"), "failures": failures}],
                    "variableReports": {},
                },
            },
        )
    assert rest.get(f"/process-instance/{id}")["definitionId"] == source


@pytest.mark.parametrize("path", ["/migration/execute", "/migration/executeAsync"])
def test_a_plan_needs_instances(rest: Rest, versions: tuple[str, str], path: str) -> None:
    def answer(**body: Any) -> Any:
        return rest.answer("POST", path, {"migrationPlan": plan(*versions, "approve>check"), **body})

    nothing = refusal(
        400, "BadUserRequestException", "Process instance ids cannot empty: process instance ids is empty", 0
    )
    assert answer() == answer(processInstanceIds=[]) == nothing
    assert answer(processInstanceQuery={"processDefinitionId": "nope"}) == nothing
    null = "Process instance ids cannot be null: process instance ids contains null value"
    assert answer(processInstanceIds=[None]) == refusal(400, "BadUserRequestException", null, 0)
    assert answer(processInstanceQuery={"sortBy": "q"}) == refusal(400, "InvalidRequestException", "", None)
    status, refused = rest.answer("POST", path, {"processInstanceIds": ["x"]})
    assert (status, refused["type"]) == (500, "NullPointerException")


def test_an_instance_without_an_instruction_is_refused_with_its_report(rest: Rest, versions: tuple[str, str]) -> None:
    source, target = versions
    id = started(rest, source)
    status, answer = rest.answer(
        "POST", "/migration/execute", {"migrationPlan": plan(source, target), "processInstanceIds": [id]}
    )
    (task,) = rest.get("/task")
    tree = rest.get(f"/process-instance/{id}/activity-instances")
    active = tree["childActivityInstances"][0]["id"]
    failure = "There is no migration instruction for this instance's activity"
    assert (status, answer) == (
        400,
        {
            "type": "MigratingProcessInstanceValidationException",
            "message": f"ENGINE-23004 Cannot migrate process instance '{id}':\n"
            f"\tCannot migrate activity instance '{active}':\n\t\t{failure}\n",
            "code": 0,
            "validationReport": {
                "processInstanceId": id,
                "failures": [],
                "activityInstanceValidationReports": [
                    {
                        "migrationInstruction": None,
                        "activityInstanceId": active,
                        "sourceScopeId": "approve",
                        "failures": [failure],
                    }
                ],
                "transitionInstanceValidationReports": [],
            },
        },
    )
    assert task["processDefinitionId"] == source


def test_instances_that_are_elsewhere_are_refused_and_none_of_the_others_moves(
    rest: Rest, versions: tuple[str, str]
) -> None:
    source, target = versions
    mine, other = started(rest, source), started(rest, target)

    def answer(*ids: str) -> Any:
        body = {"migrationPlan": plan(source, target, "approve>check"), "processInstanceIds": [mine, *ids]}
        return rest.answer("POST", "/migration/execute", body)

    gone = "ENGINE-23003 Process instance 'nope' cannot be migrated. The process instance does not exist"
    assert answer("nope") == refusal(500, "ProcessEngineException", gone, 0)
    elsewhere = (
        f"ENGINE-23002 Process instance '{other}' cannot be migrated. Its process definition '{target}' does not match "
        f"the source process definition of the migration plan '{source}'"
    )
    assert answer(other) == refusal(500, "ProcessEngineException", elsewhere, 0)
    assert rest.get(f"/process-instance/{mine}")["definitionId"] == source


def test_tenants_keep_to_themselves(rest: Rest) -> None:
    nobody = deployed(rest, user_task())
    first, second = (deployed(rest, user_task(), tenant_id=tenant) for tenant in ("t1", "t2"))
    text = "ENGINE-2309 Cannot migrate process instances between processes of different tenants ('t1' != 't2')"
    assert rest.answer("POST", "/migration/generate", plan(first, second)) == refusal(
        500, "ProcessEngineException", text, 0
    )

    def answer(source: str, target: str, id: str) -> Any:
        body = {"migrationPlan": plan(source, target, "approve"), "processInstanceIds": [id]}
        return rest.answer("POST", "/migration/execute", body)

    id = started(rest, nobody)
    text = (
        f"ENGINE-23010 Cannot migrate process instance '{id}' without tenant to a process definition "
        "with a tenant ('t2')"
    )
    assert answer(nobody, second, id) == refusal(500, "ProcessEngineException", text, 0)
    id = started(rest, first)
    assert answer(first, nobody, id) == (204, None)
    (task,) = rest.get("/task", processInstanceId=id)
    rest.post(f"/task/{task['id']}/complete")
    ended = rest.get(f"/history/process-instance/{id}")
    assert (ended["tenantId"], ended["processDefinitionId"]) == ("t1", nobody)
    assert {each["tenantId"] for each in rest.get("/history/activity-instance", processInstanceId=id)} == {"t1"}


def test_a_worker_keeps_its_lock_while_its_task_becomes_another_activity(rest: Rest) -> None:
    source, target = deployed(rest, EXTERNAL.format(id="pack")), deployed(rest, EXTERNAL.format(id="send"))
    id = started(rest, source)
    topics = [{"topicName": "pack", "lockDuration": 60_000}]
    (task,) = rest.post("/external-task/fetchAndLock", {"workerId": "w", "maxTasks": 1, "topics": topics})
    body = {"migrationPlan": plan(source, target, "pack>send"), "processInstanceQuery": {"processDefinitionId": source}}
    assert rest.answer("POST", "/migration/execute", body) == (204, None)
    (moved,) = rest.get("/external-task")
    for name in ("id", "topicName", "workerId", "lockExpirationTime", "activityInstanceId", "executionId", "retries"):
        assert moved[name] == task[name], name
    assert (moved["activityId"], moved["processDefinitionId"]) == ("send", target)
    rest.post(f"/external-task/{task['id']}/complete", {"workerId": "w"})
    history = rest.get("/history/activity-instance", processInstanceId=id, sortBy="occurrence", sortOrder="asc")
    assert [(each["activityId"], each["processDefinitionId"]) for each in history] == [
        ("start", source),
        ("send", target),
        ("end", target),
    ]
    assert rest.get(f"/history/process-instance/{id}")["state"] == "COMPLETED"


def test_a_batch_migrates_each_instance_by_itself_and_tells_which_could_not(rest: Rest) -> None:
    source, target = deployed(rest, user_task(), user_task("more")), deployed(rest, user_task())
    good, bad = started(rest, source), started(rest, source)
    (task,) = rest.get("/task", processInstanceId=bad)
    rest.post(f"/task/{task['id']}/complete")
    body = {
        "migrationPlan": plan(source, target, "approve", variables={"x": {"value": 1}}),
        "processInstanceIds": [good],
        "processInstanceQuery": {"processDefinitionId": source},
    }
    batch = rest.post("/migration/executeAsync", body)
    assert (batch["type"], batch["totalJobs"], batch["invocationsPerBatchJob"]) == ("instance-migration", 2, 1)
    (seed,) = rest.get("/job", jobDefinitionId=batch["seedJobDefinitionId"])
    rest.post(f"/job/{seed['id']}/execute")
    jobs = rest.get("/job", jobDefinitionId=batch["batchJobDefinitionId"])
    answers = sorted((rest.answer("POST", f"/job/{job['id']}/execute", {}) for job in jobs), key=str)
    text = (
        f"ENGINE-23004 Cannot migrate process instance '{bad}':\n\tCannot migrate activity instance 'more:ID':\n"
        "\t\tThere is no migration instruction for this instance's activity\n"
    )
    answers[1][1]["message"] = re.sub("more:[0-9a-f-]+", "more:ID", answers[1][1]["message"])
    assert answers == [(204, None), refusal(404, "InvalidRequestException", text, None)]
    assert [rest.get(f"/process-instance/{id}")["definitionId"] for id in (good, bad)] == [target, source]
    assert rest.get(f"/process-instance/{good}/variables/x")["value"] == 1
    (progress,) = rest.get("/batch/statistics")
    assert (progress["remainingJobs"], progress["completedJobs"]) == (1, 1)


def test_a_gateway_between_versions_lets_tokens_join(rest: Rest) -> None:
    def forked(*tasks: str) -> str:
        flows = [flow("start", "fork"), flow("join", "end")]
        flows += [flow("fork", id) for id in tasks] + [flow(id, "join") for id in tasks]
        gateways = ['<parallelGateway id="fork"/>', '<parallelGateway id="join"/>']
        parts = ['<startEvent id="start"/>', *gateways, *map(user_task, tasks), '<endEvent id="end"/>', *flows]
        (id,) = rest.deploy(process(*parts))["deployedProcessDefinitions"]
        return str(id)

    source, target = forked("a", "b"), forked("a", "b", "c")
    id = started(rest, source)
    (first,) = rest.get("/task", taskDefinitionKey="a")
    rest.post(f"/task/{first['id']}/complete")
    proposed = rest.post("/migration/generate", plan(source, target))
    rest.post("/migration/execute", {"migrationPlan": proposed, "processInstanceIds": [id]})
    (second,) = rest.get("/task")
    rest.post(f"/task/{second['id']}/complete")
    tree = rest.get(f"/process-instance/{id}/activity-instances")
    assert [each["activityId"] for each in tree["childActivityInstances"]] == ["join", "join"]

"""/process-instance: found, changed, suspended, ended, one by one and many at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import bearer, external_task, fetch, flow, one_task, process
from tests.dialects.camunda.rest import Rest, line, message_catch, refusal, user_task

CALLER = line('<callActivity id="call" calledElement="called"/>')
NESTED = process(
    '<startEvent id="start"/>',
    '<subProcess id="inside" name="Inside"><startEvent id="s"/>'
    f'{external_task("work")}<endEvent id="e"/>{flow("s", "work")}{flow("work", "e")}</subProcess>',
    '<endEvent id="end"/>',
    flow("start", "inside"),
    flow("inside", "end"),
)


def ids(found: Any) -> set[str]:
    return {each["id"] for each in found}


def test_a_running_instance_is_answered(rest: Rest) -> None:
    made = rest.deploy(one_task())
    instance_id = rest.start(businessKey="b")
    expected = {
        "links": [],
        "id": instance_id,
        "definitionId": next(iter(made["deployedProcessDefinitions"])),
        "definitionKey": "process",
        "businessKey": "b",
        "caseInstanceId": None,
        "ended": False,
        "suspended": False,
        "tenantId": None,
    }
    assert rest.get(f"/process-instance/{instance_id}") == expected
    assert rest.get("/process-instance") == [expected]
    assert rest.get("/process-instance/count", businessKeyLike="b%") == {"count": 1}


def test_an_instance_that_is_not_there_is_named(rest: Rest) -> None:
    rest.deploy(line())
    ended = rest.start()
    for id in (ended, "x"):
        text = f"Process instance with id {id} does not exist"
        assert rest.answer("GET", f"/process-instance/{id}") == refusal(404, "InvalidRequestException", text)
        assert rest.answer("GET", f"/process-instance/{id}/activity-instances") == refusal(
            404, "InvalidRequestException", text
        )


def test_variables_find_instances(rest: Rest) -> None:
    rest.deploy(one_task())
    low = rest.start(variables={"amount": 5, "city": "Bonn", "paid": False})
    high = rest.start(variables={"amount": 50.5, "city": "bonn", "paid": True})
    none = rest.start(variables={"amount": None})

    def found(*conditions: tuple[str, str, Any], **more: Any) -> set[str]:
        variables = [{"name": name, "operator": operator, "value": value} for name, operator, value in conditions]
        return ids(rest.post("/process-instance", {"variables": variables, **more}))

    assert found(("amount", "eq", 5)) == {low}
    assert found(("amount", "eq", 5.0)) == {low}
    assert found(("amount", "gt", 5)) == {high}
    assert found(("amount", "lteq", 50.5)) == {low, high}
    assert found(("amount", "neq", 5)) == {high, none}
    assert found(("amount", "eq", None)) == {none}
    assert found(("paid", "eq", True)) == {high}
    assert found(("city", "like", "B%")) == {low}
    assert found(("city", "notLike", "B%")) == {high}
    assert found(("city", "eq", "BONN"), variableValuesIgnoreCase=True) == {low, high}
    assert found(("CITY", "eq", "Bonn"), variableNamesIgnoreCase=True) == {low}
    assert found(("amount", "gt", 1), ("city", "eq", "bonn")) == {high}
    assert ids(rest.get("/process-instance", variables="city_eq_Bonn")) == {low}


def test_alternatives_are_joined_by_or(rest: Rest) -> None:
    rest.deploy(one_task())
    first, second = rest.start(businessKey="a"), rest.start(businessKey="b")
    rest.start(businessKey="c")
    body = {"active": True, "orQueries": [{"businessKey": "a", "processInstanceIds": [second]}]}
    assert ids(rest.post("/process-instance", body)) == {first, second}


def test_called_instances_are_found_by_their_callers(rest: Rest) -> None:
    rest.deploy(CALLER, one_task(id="called"))
    caller = rest.start()
    (called,) = ids(rest.get("/process-instance", superProcessInstance=caller))
    assert ids(rest.get("/process-instance", subProcessInstance=called)) == {caller}
    assert ids(rest.get("/process-instance", rootProcessInstances="true")) == {caller}
    assert ids(rest.get("/process-instance", leafProcessInstances="true")) == {called}
    assert ids(rest.get("/process-instance", activityIdIn="work,nothing")) == {called}
    assert ids(rest.get("/process-instance", processDefinitionKeyNotIn="called")) == {caller}


def test_tenants_and_incidents_find_instances(rest: Rest) -> None:
    rest.deploy(one_task())
    rest.deploy(one_task(), tenant_id="t")
    started = rest.post("/process-definition/key/process/tenant-id/t/start")
    without = rest.start()
    assert ids(rest.get("/process-instance", tenantIdIn="t,u")) == {started["id"]}
    assert ids(rest.get("/process-instance", withoutTenantId="true")) == {without}
    task = next(task for task in fetch(rest.client) if task["processInstanceId"] == without)
    failure = {"workerId": "worker", "errorMessage": "broken", "retries": 0}
    rest.post(f"/external-task/{task['id']}/failure", failure)
    assert ids(rest.get("/process-instance", withIncident="true")) == {without}
    assert ids(rest.get("/process-instance", incidentMessageLike="bro%")) == {without}
    assert ids(rest.get("/process-instance", incidentType="failedJob")) == set()


def test_pages_are_cut_from_the_sorted_list(rest: Rest) -> None:
    rest.deploy(one_task())
    for key in "dacb":
        rest.start(businessKey=key)
    page = rest.post("/process-instance", {"sorting": [{"sortBy": "businessKey", "sortOrder": "desc"}]}, maxResults=2)
    assert [each["businessKey"] for each in page] == ["d", "c"]
    page = rest.get("/process-instance", sortBy="businessKey", sortOrder="asc", firstResult=1, maxResults=2)
    assert [each["businessKey"] for each in page] == ["b", "c"]


def test_an_instance_is_ended_from_outside(rest: Rest) -> None:
    rest.deploy(one_task())
    instance_id = rest.start()
    rest.delete(f"/process-instance/{instance_id}")
    assert rest.get(f"/history/process-instance/{instance_id}")["state"] == "EXTERNALLY_TERMINATED"
    assert rest.answer("DELETE", f"/process-instance/{instance_id}") == refusal(
        404,
        "InvalidRequestException",
        f"No process instance found for id '{instance_id}': processInstance is null",
        0,
    )
    rest.delete(f"/process-instance/{instance_id}", failIfNotExists="false")


def test_a_suspended_instance_hands_out_nothing(rest: Rest) -> None:
    rest.deploy(one_task())
    instance_id = rest.start()
    rest.put(f"/process-instance/{instance_id}/suspended", {"suspended": True})
    assert fetch(rest.client) == []
    assert ids(rest.get("/process-instance", suspended="true")) == {instance_id}
    rest.put("/process-instance/suspended", {"suspended": False, "processDefinitionKey": "process"})
    assert len(fetch(rest.client)) == 1
    assert rest.answer("PUT", "/process-instance/x/suspended", {"suspended": True})[0] == 500


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            {"processInstanceId": "x"},
            "Either processDefinitionId or processDefinitionKey can be set to update the suspension state.",
        ),
        (
            {},
            "Either processInstanceId, processDefinitionId or processDefinitionKey should be set to update the "
            "suspension state.",
        ),
        (
            {"processDefinitionId": "x", "processDefinitionKey": "y"},
            "Only one of processInstanceId, processDefinitionId or processDefinitionKey should be set to update the "
            "suspension state.",
        ),
        (
            {"processDefinitionId": "x", "processInstanceIds": ["y"]},
            "Choose either a single processInstance with processInstanceId, processDefinitionId or "
            "processDefinitionKey or a group of processInstances with processInstanceIds, procesInstanceQuery or "
            "historicProcessInstanceQuery.",
        ),
    ],
)
def test_a_suspension_says_what_it_means(rest: Rest, body: dict[str, Any], text: str) -> None:
    assert rest.answer("PUT", "/process-instance/suspended", {"suspended": True, **body}) == refusal(
        400, "InvalidRequestException", text
    )


def test_the_tree_shows_what_is_active(rest: Rest) -> None:
    made = rest.deploy(NESTED)
    definition_id = next(iter(made["deployedProcessDefinitions"]))
    instance_id = rest.start()
    task = rest.get("/external-task")[0]
    tree = rest.get(f"/process-instance/{instance_id}/activity-instances")
    inside = tree["childActivityInstances"][0]
    same = {
        "processInstanceId": instance_id,
        "processDefinitionId": definition_id,
        "childTransitionInstances": [],
        "incidentIds": [],
        "incidents": [],
    }
    work = {
        **same,
        "id": task["activityInstanceId"],
        "parentActivityInstanceId": inside["id"],
        "activityId": "work",
        "activityType": "serviceTask",
        "activityName": None,
        "name": None,
        "executionIds": [task["executionId"]],
        "childActivityInstances": [],
    }
    assert tree == {
        **same,
        "id": instance_id,
        "parentActivityInstanceId": None,
        "activityId": definition_id,
        "activityType": "processDefinition",
        "activityName": None,
        "name": None,
        "executionIds": [instance_id],
        "childActivityInstances": [
            {
                **same,
                "id": inside["id"],
                "parentActivityInstanceId": instance_id,
                "activityId": "inside",
                "activityType": "subProcess",
                "activityName": "Inside",
                "name": "Inside",
                "executionIds": inside["executionIds"],
                "childActivityInstances": [work],
            }
        ],
    }


def test_a_modification_moves_the_token(rest: Rest) -> None:
    rest.deploy(line(external_task("first", "first"), external_task("second", "second")))
    instance_id = rest.start()
    instructions = [
        {"type": "cancel", "activityId": "first"},
        {"type": "startBeforeActivity", "activityId": "second", "variables": {"moved": {"value": True}}},
    ]
    rest.post(f"/process-instance/{instance_id}/modification", {"instructions": instructions})
    assert [task["activityId"] for task in rest.get("/external-task")] == ["second"]
    assert rest.get(f"/process-instance/{instance_id}/variables/moved")["value"] is True
    rest.post(
        f"/process-instance/{instance_id}/modification", {"instructions": [{"type": "cancel", "activityId": "second"}]}
    )
    assert rest.answer("GET", f"/process-instance/{instance_id}")[0] == 404


NOWHERE: list[tuple[dict[str, str], str]] = [
    (
        {"type": "startBeforeActivity", "activityId": "no"},
        "Start before activity 'no'; Element 'no' does not exist in process '{definition}': element is null",
    ),
    (
        {"type": "startAfterActivity", "activityId": "no"},
        "Start after activity 'no'; Activity 'no' does not exist: activity is null",
    ),
    (
        {"type": "startTransition", "transitionId": "no"},
        "Start transition 'no'; Element 'no' does not exist in process '{definition}': element is null",
    ),
    (
        {"type": "cancel", "activityInstanceId": "no"},
        "Cancel activity instance 'no'; Activity instance 'no' does not exist: activityInstance is null",
    ),
    (
        {"type": "cancel", "transitionInstanceId": "no"},
        "Cancel transition instance 'no'; Transition instance 'no' does not exist: transitionInstance is null",
    ),
    (
        {"type": "startBeforeActivity", "activityId": "work", "ancestorActivityInstanceId": "no"},
        "Start before activity 'work' with ancestor activity instance 'no'; "
        "Ancestor activity instance 'no' does not exist: ancestorInstance is null",
    ),
]


@pytest.mark.parametrize(("instruction", "text"), NOWHERE, ids=[text.partition(";")[0] for _, text in NOWHERE])
def test_an_instruction_that_names_nothing_is_refused(rest: Rest, instruction: dict[str, str], text: str) -> None:
    rest.deploy(one_task())
    instance_id = rest.start()
    definition = rest.get("/process-definition/key/process")["id"]
    path = f"/process-instance/{instance_id}/modification"
    expected = f"Cannot perform instruction: {text.format(definition=definition)}"
    assert rest.answer("POST", path, {"instructions": [instruction]}) == refusal(400, "NotValidException", expected, 0)
    assert len(rest.get("/external-task")) == 1


def test_an_instruction_for_many_instances_names_no_activity_instance(rest: Rest) -> None:
    rest.deploy(one_task())
    body = {
        "processInstanceIds": [rest.start()],
        "processDefinitionId": rest.get("/process-definition/key/process")["id"],
    }
    instruction = {"type": "cancel", "activityInstanceId": "x"}
    assert rest.answer("POST", "/modification/execute", {**body, "instructions": [instruction]}) == refusal(
        400, "InvalidRequestException", "For instruction type 'cancel': 'activityId' must be set"
    )
    instruction = {"type": "startAfterActivity", "activityId": "no"}
    text = "Cannot perform instruction: Start after activity 'no'; Activity 'no' does not exist: activity is null"
    assert rest.answer("POST", "/modification/execute", {**body, "instructions": [instruction]}) == refusal(
        400, "InvalidRequestException", text
    )
    instruction = {"type": "startBeforeActivity", "activityId": "work", "ancestorActivityInstanceId": "another's"}
    rest.post("/modification/execute", {**body, "instructions": [instruction]})
    assert len(rest.get("/external-task")) == 2


def test_a_start_cancels_nothing(rest: Rest) -> None:
    rest.deploy(one_task())
    cancel = {"type": "cancel", "activityInstanceId": "x"}
    before = {"type": "startBeforeActivity", "activityId": "work", "ancestorActivityInstanceId": "x"}
    rest.post("/process-definition/key/process/start", {"startInstructions": [cancel, before]})
    assert len(rest.get("/external-task")) == 1


def test_a_modification_that_makes_no_sense_changes_nothing(rest: Rest) -> None:
    rest.deploy(one_task())
    path = f"/process-instance/{rest.start()}/modification"
    cancel = {"type": "cancel", "activityId": "work"}
    assert rest.answer("POST", path, {"instructions": [{"type": "cancel"}]}) == refusal(
        400,
        "InvalidRequestException",
        "For instruction type 'cancel': exactly one, 'activityId', 'activityInstanceId', or 'transitionInstanceId', "
        "is required",
    )
    unknown = {"type": "startBeforeActivity", "activityId": "nowhere"}
    assert rest.answer("POST", path, {"instructions": [cancel, unknown]})[0] in (400, 500)
    assert len(rest.get("/external-task")) == 1
    assert rest.answer("POST", path, {"instructions": [{"type": "jump"}]}) == refusal(
        400, "InvalidRequestException", ""
    )


def run_jobs(rest: Rest) -> None:
    """Run the jobs of batches until none is left."""
    while jobs := rest.get("/job", messages="true"):
        rest.post(f"/job/{jobs[0]['id']}/execute")


def test_a_batch_ends_many_instances(rest: Rest) -> None:
    rest.deploy(one_task())
    first, second, kept = rest.start(businessKey="a"), rest.start(businessKey="b"), rest.start(businessKey="c")
    body = {"processInstanceIds": [first], "processInstanceQuery": {"businessKey": "b"}, "deleteReason": "twice"}
    made = rest.post("/process-instance/delete", body)
    assert (made["type"], made["totalJobs"], made["createUserId"]) == ("instance-deletion", 2, "tester")
    run_jobs(rest)
    assert ids(rest.get("/process-instance")) == {kept}
    assert rest.get(f"/history/process-instance/{second}")["deleteReason"] == "twice"
    assert rest.get("/batch") == []


def test_a_batch_changes_many_instances(rest: Rest) -> None:
    rest.deploy(one_task())
    first, second = rest.start(), rest.start()
    rest.post("/process-instance/suspended-async", {"processInstanceIds": [first], "suspended": True})
    variables = {"a": {"value": "x"}}
    rest.post("/process-instance/variables-async", {"processInstanceIds": [first, second], "variables": variables})
    run_jobs(rest)
    assert rest.get(f"/process-instance/{first}")["suspended"] is True
    assert [rest.get(f"/process-instance/{id}/variables/a")["value"] for id in (first, second)] == ["x", "x"]


def test_a_batch_delivers_a_message_to_many(rest: Rest) -> None:
    event, declared = message_catch()
    rest.deploy(line(event, external_task(), definitions=declared))
    ids_of_both = [rest.start(), rest.start()]
    body = {"messageName": "paid", "processInstanceIds": ids_of_both, "variables": {"a": {"value": 1}}}
    assert rest.post("/process-instance/message-async", body)["type"] == "correlate-message"
    run_jobs(rest)
    assert len(fetch(rest.client)) == 2
    assert [rest.get(f"/process-instance/{id}/variables/a")["value"] for id in ids_of_both] == [1, 1]


def test_a_modification_moves_many_tokens(rest: Rest) -> None:
    made = rest.deploy(line(external_task("first", "first"), external_task("second", "second")))
    body: dict[str, Any] = {
        "processDefinitionId": next(iter(made["deployedProcessDefinitions"])),
        "processInstanceIds": [rest.start(), rest.start()],
        "instructions": [
            {"type": "cancel", "activityId": "first"},
            {"type": "startBeforeActivity", "activityId": "second"},
        ],
    }
    rest.post("/modification/execute", body)
    assert [task["activityId"] for task in rest.get("/external-task")] == ["second", "second"]
    back = {
        "instructions": [
            {"type": "cancel", "activityId": "second"},
            {"type": "startBeforeActivity", "activityId": "first"},
        ]
    }
    rest.post("/modification/executeAsync", {**body, **back})
    run_jobs(rest)
    assert [task["activityId"] for task in rest.get("/external-task")] == ["first", "first"]
    rest.post(f"/process-instance/{body['processInstanceIds'][0]}/modification-async", body)
    run_jobs(rest)
    assert sorted(task["activityId"] for task in rest.get("/external-task")) == ["first", "second"]
    body["processInstanceIds"].append("x")
    assert rest.answer("POST", "/modification/execute", body)[0] == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("delete", {}),
        ("delete-historic-query-based", {}),
        ("suspended-async", {"suspended": True}),
        ("variables-async", {"variables": {"a": {"value": 1}}}),
    ],
)
def test_a_batch_needs_instances(rest: Rest, path: str, body: dict[str, Any]) -> None:
    assert rest.answer("POST", f"/process-instance/{path}", {**body, "processInstanceIds": []}) == refusal(
        400, "InvalidRequestException", "processInstanceIds is empty"
    )


def test_workers_alone_may_not_manage_instances(rest: Rest) -> None:
    answer = rest.call("GET", "/process-instance", headers=bearer("can_access_external_tasks"))
    assert (answer.status_code, answer.get_json()["type"]) == (403, "AuthorizationException")


def test_user_tasks_and_external_tasks_may_be_mixed(rest: Rest) -> None:
    rest.deploy(line(user_task(), external_task()))
    instance_id = rest.start()
    task = rest.get("/task", processInstanceId=instance_id)[0]
    rest.post(f"/task/{task['id']}/complete")
    assert [each["activityId"] for each in rest.get("/external-task")] == ["work"]


def test_the_case_that_a_start_names_is_shown_and_found(rest: Rest) -> None:
    rest.deploy(one_task())
    of_case, other = rest.start(caseInstanceId="case-1"), rest.start()
    started = rest.post("/process-definition/key/process/start", {"caseInstanceId": "case-2"})
    assert started["caseInstanceId"] == "case-2"
    for path in ("/process-instance", "/history/process-instance"):
        assert [rest.get(f"{path}/{id}")["caseInstanceId"] for id in (of_case, other)] == ["case-1", None]
        assert [each["id"] for each in rest.get(path, caseInstanceId="case-1")] == [of_case]
        assert rest.get(f"{path}/count", caseInstanceId="none") == {"count": 0}

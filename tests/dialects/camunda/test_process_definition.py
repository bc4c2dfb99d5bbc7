"""/process-definition: by id and by key, started, suspended, counted, deleted."""

from __future__ import annotations

from typing import Any

from tests.builders import external_task, fetch, flow, one_task, process
from tests.dialects.camunda.rest import Rest, line, refusal, user_task
from tests.engine.models import calling

TWO = process(
    '<startEvent id="start"/>',
    external_task("first", "first"),
    external_task("second", "second"),
    '<endEvent id="end"/>',
    flow("start", "first"),
    flow("first", "second", id="between"),
    flow("second", "end"),
)


def definition(rest: Rest, *models: str, **fields: str) -> Any:
    made = rest.deploy(*(models or (one_task(),)), **fields)
    return next(iter(made["deployedProcessDefinitions"].values()))


def test_a_definition_is_found_by_id_and_by_key(rest: Rest) -> None:
    first, second, of_tenant = (definition(rest), definition(rest), definition(rest, tenant_id="t"))
    assert rest.get(f"/process-definition/{first['id']}") == first
    assert rest.get("/process-definition/key/process") == second
    assert rest.get("/process-definition/key/process/tenant-id/t") == of_tenant
    assert rest.get("/process-definition", latestVersion="true", sortBy="version", sortOrder="desc") == [
        second,
        of_tenant,
    ]
    assert rest.get("/process-definition", version="1", withoutTenantId="true") == [first]
    assert rest.get("/process-definition/count", key="process") == {"count": 3}


def test_the_model_comes_back_as_it_was_sent(rest: Rest) -> None:
    made = definition(rest)
    xml = {"id": made["id"], "bpmn20Xml": one_task()}
    assert rest.get(f"/process-definition/{made['id']}/xml") == xml
    assert rest.get("/process-definition/key/process/xml") == xml
    response = rest.call("GET", f"/process-definition/{made['id']}/xml")
    assert "Cache-Control" not in response.headers


def test_a_start_answers_the_instance(rest: Rest) -> None:
    made = definition(rest)
    body = {"businessKey": "b", "variables": {"a": {"value": 1, "type": "Long"}}, "withVariablesInReturn": True}
    started = rest.post(f"/process-definition/{made['id']}/start", body)
    assert started == {
        "links": [
            {"method": "GET", "href": f"http://localhost/engine-rest/process-instance/{started['id']}", "rel": "self"}
        ],
        "id": started["id"],
        "definitionId": made["id"],
        "definitionKey": "process",
        "businessKey": "b",
        "caseInstanceId": None,
        "ended": False,
        "suspended": False,
        "tenantId": None,
        "variables": {"a": {"value": 1, "type": "Long", "valueInfo": {}}},
    }


def test_a_start_by_a_named_engine_links_to_that_engine(rest: Rest) -> None:
    definition(rest)
    started = rest.post("/engine/default/process-definition/key/process/start")
    href = f"http://localhost/engine-rest/engine/default/process-instance/{started['id']}"
    assert started["links"] == [{"method": "GET", "href": href, "rel": "self"}]


def test_an_instance_that_ends_at_once_is_answered_as_ended(rest: Rest) -> None:
    rest.deploy(line())
    body = {"variables": {"a": {"value": "x"}}, "withVariablesInReturn": True}
    started = rest.post("/process-definition/key/process/start", body)
    assert (started["ended"], started["variables"]["a"]["value"]) == (True, "x")


def test_a_start_may_begin_at_any_activity(rest: Rest) -> None:
    definition(rest, TWO)
    local = {"here": {"value": 1, "local": True}, "there": {"value": 2}}
    instructions = [
        {"type": "startBeforeActivity", "activityId": "second", "variables": local},
        {"type": "startTransition", "transitionId": "between"},
    ]
    rest.post("/process-definition/key/process/start", {"startInstructions": instructions})
    assert sorted(task["activityId"] for task in fetch(rest.client, "first", "second")) == ["second", "second"]
    after = [{"type": "startAfterActivity", "activityId": "second"}]
    assert rest.post("/process-definition/key/process/start", {"startInstructions": after})["ended"] is True


def test_a_start_that_makes_no_sense_is_refused(rest: Rest) -> None:
    made = definition(rest)
    prefix = f"Cannot instantiate process definition {made['id']}: "
    start = f"/process-definition/{made['id']}/start"
    assert rest.answer("POST", "/process-definition/x/start", {}) == refusal(
        500,
        "RestException",
        "Cannot instantiate process definition x: no deployed process definition found with id 'x': "
        "processDefinition is null",
        0,
    )
    assert rest.answer("POST", start, {"variables": {"a": {"value": "x", "type": "Integer"}}}) == refusal(
        400,
        "InvalidRequestException",
        f"{prefix}Cannot convert value 'x' of type 'Integer' to java type java.lang.Integer",
    )
    assert rest.answer("POST", start, {"variables": {"a": {"value": "x", "type": "Colour"}}}) == refusal(
        400, "InvalidRequestException", f"{prefix}Unsupported value type 'Colour'"
    )
    assert rest.answer("POST", start, {"startInstructions": [{"type": "startBeforeActivity"}]}) == refusal(
        400,
        "InvalidRequestException",
        f"{prefix}For instruction type 'startBeforeActivity': 'activityId' must be set",
    )
    assert rest.answer("POST", start, {"startInstructions": [{"activityId": "work"}]}) == refusal(
        400, "InvalidRequestException", ""
    )
    assert rest.answer("POST", "/process-definition/key/no/start", {}) == refusal(
        404, "RestException", "No matching process definition with key: no and no tenant-id"
    )
    assert rest.answer("POST", "/process-definition/key/no/tenant-id/t/start", {}) == refusal(
        404, "RestException", "No matching process definition with key: no and tenant-id: t"
    )


def test_a_suspended_definition_does_not_start(rest: Rest) -> None:
    made = definition(rest)
    instance_id = rest.start()
    rest.put(f"/process-definition/{made['id']}/suspended", {"suspended": True, "includeProcessInstances": True})
    assert rest.get(f"/process-instance/{instance_id}")["suspended"] is True
    assert rest.get("/process-definition", suspended="true") == [{**made, "suspended": True}]
    status, body = rest.answer("POST", "/process-definition/key/process/start", {})
    assert (status, body["type"]) == (500, "RestException")
    rest.put("/process-definition/suspended", {"suspended": False, "processDefinitionKey": "process"})
    assert rest.post("/process-definition/key/process/start")["suspended"] is False
    assert rest.get(f"/process-instance/{instance_id}")["suspended"] is True


def test_a_suspension_names_one_definition(rest: Rest) -> None:
    one = "should be set to update the suspension state."
    assert rest.answer("PUT", "/process-definition/suspended", {"suspended": True}) == refusal(
        400, "InvalidRequestException", f"Either processDefinitionId or processDefinitionKey {one}"
    )
    both = {"suspended": True, "processDefinitionId": "a", "processDefinitionKey": "b"}
    assert rest.answer("PUT", "/process-definition/suspended", both) == refusal(
        400, "InvalidRequestException", "Only processDefinitionKey can be set to update the suspension state."
    )


def test_statistics_count_what_runs(rest: Rest) -> None:
    made = definition(rest)
    rest.start()
    rest.start()
    task = fetch(rest.client, max_tasks=1)[0]
    rest.post(f"/external-task/{task['id']}/failure", {"workerId": "worker", "retries": 0})
    incidents = [{"incidentType": "failedExternalTask", "incidentCount": 1}]
    assert rest.get("/process-definition/statistics", incidents="true") == [
        {"id": made["id"], "instances": 2, "failedJobs": 0, "incidents": incidents, "definition": made}
    ]
    assert rest.get(f"/process-definition/{made['id']}/statistics", incidentsForType="failedExternalTask") == [
        {"id": "work", "instances": 2, "failedJobs": 0, "incidents": incidents}
    ]


def test_the_time_to_live_can_be_changed(rest: Rest) -> None:
    made = definition(rest)
    rest.put(f"/process-definition/{made['id']}/history-time-to-live", {"historyTimeToLive": 7})
    assert rest.get("/process-definition/key/process")["historyTimeToLive"] == 7
    status, body = rest.answer(
        "PUT", f"/process-definition/{made['id']}/history-time-to-live", {"historyTimeToLive": -1}
    )
    assert (status, body["message"]) == (400, "historyTimeToLive is not greater than or equal to 0")


def test_one_version_can_be_deleted(rest: Rest) -> None:
    first, second = definition(rest), definition(rest)
    rest.delete(f"/process-definition/{second['id']}")
    assert rest.get("/process-definition/key/process") == first
    rest.start()
    rest.delete("/process-definition/key/process/delete", cascade="true")
    assert rest.get("/process-instance/count") == {"count": 0}
    assert rest.answer("DELETE", f"/process-definition/{first['id']}") == refusal(
        404,
        "InvalidRequestException",
        f"No process definition found with id '{first['id']}': processDefinition is null",
        0,
    )


def test_what_is_not_there_is_named(rest: Rest) -> None:
    assert rest.answer("GET", "/process-definition/x") == refusal(
        404, "InvalidRequestException", "No matching definition with id x", 0
    )
    assert rest.answer("GET", "/process-definition/x/xml") == refusal(
        400, "InvalidRequestException", "No matching definition with id x", 0
    )
    assert rest.answer("GET", "/process-definition/key/x") == refusal(
        404, "RestException", "No matching process definition with key: x and no tenant-id"
    )


def test_a_model_without_a_form_starts_with_any_variables(rest: Rest) -> None:
    definition(rest, line(user_task()))
    form = {"key": None, "camundaFormRef": None, "contextPath": None}
    assert rest.get("/process-definition/key/process/startForm") == form
    assert rest.get("/process-definition/key/process/form-variables") == {}
    started = rest.post("/process-definition/key/process/submit-form", {"variables": {"a": {"value": 1}}})
    assert rest.get(f"/process-instance/{started['id']}/variables/a")["value"] == 1


def test_what_a_model_calls_by_name_is_listed(rest: Rest) -> None:
    rest.deploy(one_task(id="called"), calling(), calling("${key}", id="dynamic"), calling("nobody", id="dangling"))
    caller, called, dynamic, dangling = (
        rest.get(f"/process-definition/key/{key}") for key in ("process", "called", "dynamic", "dangling")
    )

    def calls(definition: Any) -> Any:
        return rest.get(f"/process-definition/{definition['id']}/static-called-process-definitions")

    assert calls(caller) == [{**called, "calledFromActivityIds": ["call"], "callingProcessDefinitionId": caller["id"]}]
    assert calls(dynamic) == calls(dangling) == calls(called) == []
    assert rest.answer("GET", "/process-definition/x/static-called-process-definitions") == refusal(
        404,
        "InvalidRequestException",
        "no deployed process definition found with id 'x': processDefinition is null",
        0,
    )

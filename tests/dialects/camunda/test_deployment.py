"""/deployment: what is uploaded, what is answered, and what is refused."""

from __future__ import annotations

import io
import re
from typing import Any

from tests.builders import bearer, one_task
from tests.dialects.camunda.rest import DATE, Rest, line, refusal, user_task

MODEL = one_task(versionTag="1.0", historyTimeToLive="P5D")


def create(rest: Rest, **parts: Any) -> Any:
    status, body = rest.upload("/deployment/create", **parts)
    assert status == 200, body
    return body


def test_a_deployment_answers_its_definitions(rest: Rest) -> None:
    made = create(rest, deployment_name="orders", deployment_source="ci", tenant_id="t1", m=("m.bpmn", MODEL.encode()))
    definition_id = next(iter(made["deployedProcessDefinitions"]))
    assert re.fullmatch(DATE, made.pop("deploymentTime"))
    assert re.fullmatch(r"process:1:[0-9a-f-]{36}", definition_id)
    assert made == {
        "links": [
            {"method": "GET", "href": f"http://localhost/engine-rest/deployment/{made['id']}", "rel": "self"},
        ],
        "id": made["id"],
        "name": "orders",
        "source": "ci",
        "tenantId": "t1",
        "deployedProcessDefinitions": {
            definition_id: {
                "id": definition_id,
                "key": "process",
                "category": "http://errand.test",
                "description": None,
                "name": None,
                "version": 1,
                "resource": "m.bpmn",
                "deploymentId": made["id"],
                "diagram": None,
                "suspended": False,
                "tenantId": "t1",
                "versionTag": "1.0",
                "historyTimeToLive": 5,
                "startableInTasklist": True,
            }
        },
        "deployedCaseDefinitions": None,
        "deployedDecisionDefinitions": None,
        "deployedDecisionRequirementsDefinitions": None,
    }


def test_a_deployment_is_found_by_its_attributes(rest: Rest) -> None:
    made = create(rest, deployment_name="orders", deployment_source="ci", m=("m.bpmn", MODEL.encode()))
    create(rest, deployment_name="bills", m=("n.bpmn", one_task(id="bill").encode()))
    expected = {name: made[name] for name in ("id", "name", "source", "deploymentTime", "tenantId")} | {"links": []}
    assert rest.get(f"/deployment/{made['id']}") == expected
    assert rest.get("/deployment", nameLike="ord%") == [expected]
    assert rest.get("/deployment", source="ci") == [expected]
    assert rest.get("/deployment/count", withoutSource="true") == {"count": 1}
    assert [each["name"] for each in rest.get("/deployment", sortBy="name", sortOrder="asc")] == ["bills", "orders"]


def test_the_files_of_a_deployment_can_be_downloaded(rest: Rest) -> None:
    made = create(rest, m=("folder/m.bpmn", MODEL.encode()), n=("notes.txt", b"hello"))
    resources = {each["name"]: each for each in rest.get(f"/deployment/{made['id']}/resources")}
    assert set(resources) == {"folder/m.bpmn", "notes.txt"}
    notes = resources["notes.txt"]
    assert notes == {"id": notes["id"], "name": "notes.txt", "deploymentId": made["id"]}
    assert rest.get(f"/deployment/{made['id']}/resources/{notes['id']}") == notes
    data = rest.call("GET", f"/deployment/{made['id']}/resources/{resources['folder/m.bpmn']['id']}/data")
    assert (data.data, data.headers["Content-Type"]) == (MODEL.encode(), "application/xml")
    assert data.headers["Content-Disposition"] == "attachment; filename=\"m.bpmn\"; filename*=UTF-8''m.bpmn"


def test_an_unchanged_file_is_not_deployed_again(rest: Rest) -> None:
    first = create(rest, deployment_name="orders", m=("m.bpmn", MODEL.encode()))
    again = create(rest, deployment_name="orders", enable_duplicate_filtering="TRUE", m=("m.bpmn", MODEL.encode()))
    assert (again["id"], again["deployedProcessDefinitions"]) == (first["id"], None)
    other = ("n.bpmn", one_task(id="bill").encode())
    more = create(rest, deployment_name="orders", deploy_changed_only="true", m=("m.bpmn", MODEL.encode()), n=other)
    assert [each["key"] for each in more["deployedProcessDefinitions"].values()] == ["bill"]


def test_a_deployment_can_be_repeated(rest: Rest) -> None:
    first = create(rest, deployment_name="orders", m=("m.bpmn", MODEL.encode()), n=("n.txt", b"x"))
    second = rest.post(f"/deployment/{first['id']}/redeploy", {"resourceNames": ["m.bpmn"], "source": "again"})
    assert [each["version"] for each in second["deployedProcessDefinitions"].values()] == [2]
    assert (second["name"], second["source"]) == ("orders", "again")
    assert rest.answer("POST", f"/deployment/{first['id']}/redeploy", {"resourceNames": ["no"]}) == refusal(
        404,
        "InvalidRequestException",
        f"Cannot redeploy deployment '{first['id']}': The deployment with id '{first['id']}' does not contain a "
        "resource with name 'no'.",
    )


def test_a_deletion_with_cascade_takes_instances_and_history_along(rest: Rest) -> None:
    made = create(rest, m=("m.bpmn", MODEL.encode()))
    instance_id = rest.start()
    status, refused = rest.answer("DELETE", f"/deployment/{made['id']}")
    assert (status, refused["type"]) == (500, "ProcessEngineException")
    rest.delete(f"/deployment/{made['id']}", cascade="true")
    assert rest.get("/process-instance") == []
    assert rest.answer("GET", f"/history/process-instance/{instance_id}")[0] == 404
    assert rest.get("/process-definition/count") == {"count": 0}


def test_what_is_not_there_is_named(rest: Rest) -> None:
    assert rest.answer("GET", "/deployment/x") == refusal(
        404, "InvalidRequestException", "Deployment with id 'x' does not exist"
    )
    assert rest.answer("DELETE", "/deployment/x") == refusal(
        404, "InvalidRequestException", "Deployment with id 'x' do not exist"
    )
    assert rest.answer("GET", "/deployment/x/resources") == refusal(
        404, "InvalidRequestException", "Deployment resources for deployment id 'x' do not exist."
    )
    assert rest.answer("GET", "/deployment/x/resources/y") == refusal(
        404, "InvalidRequestException", "Deployment resource with resource id 'y' for deployment id 'x' does not exist."
    )
    assert rest.answer("GET", "/deployment/x/resources/y/data") == refusal(
        404, "InvalidRequestException", "Deployment resource 'y' for deployment id 'x' does not exist."
    )


def test_a_form_without_files_is_refused(rest: Rest) -> None:
    assert rest.upload("/deployment/create", deployment_name="empty") == refusal(
        400, "InvalidRequestException", "No deployment resources contained in the form upload."
    )
    assert rest.upload("/deployment/create", m="text without a name") == refusal(
        400,
        "InvalidRequestException",
        "No file name found in the deployment resource described by form parameter 'null'.",
    )
    assert rest.answer("POST", "/deployment/create", {}) == refusal(
        415, "NotSupportedException", "HTTP 415 Unsupported Media Type"
    )


def test_a_model_that_cannot_run_is_refused_with_every_problem(rest: Rest) -> None:
    model = line('<serviceTask id="java" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:class="A"/>')
    status, body = rest.upload("/deployment/create", m=("m.bpmn", model.encode()))
    problem = body["details"]["m.bpmn"]["errors"][0]
    assert (status, body["type"], body["code"]) == (400, "ParseException", 0)
    assert body["message"].startswith("ENGINE-09005 Could not parse BPMN process. Errors: \n* ")
    assert body["message"].endswith(f" | resource m.bpmn | line {problem['line']} | column {problem['column']}")
    assert set(problem) == {"message", "line", "column", "mainElementId", "\u0435lementIds"}
    assert problem["mainElementId"] == "java"
    assert body["details"]["m.bpmn"]["warnings"] == []
    assert rest.get("/deployment/count") == {"count": 0}


def test_only_who_may_write_models_deploys(rest: Rest) -> None:
    data = {"m": (io.BytesIO(MODEL.encode()), "m.bpmn")}
    headers = bearer("can_manage_process_instances")
    answer = rest.call("POST", "/deployment/create", data=data, content_type="multipart/form-data", headers=headers)
    assert (answer.status_code, answer.get_json()["type"]) == (403, "AuthorizationException")


def test_every_model_of_a_deployment_gets_a_definition(rest: Rest) -> None:
    made = create(rest, a=("a.bpmn", one_task(id="a").encode()), b=("b.bpmn20.xml", line(user_task(), id="b").encode()))
    assert sorted(each["key"] for each in made["deployedProcessDefinitions"].values()) == ["a", "b"]

"""Decisions over Camunda's REST API; statuses and texts are those of a Camunda 7.24."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from tests.builders import bearer
from tests.dmn.builders import decision, definitions, literal, table

GRADES = table([("n", "integer")], [("grade", "string")], [(["> 1"], ['"a"']), (["> 2"], ['"b"'])], "COLLECT")
TTL = ' camunda:historyTimeToLive="P5D" camunda:versionTag="v1"'
SINGLE = definitions(decision("grades", GRADES, attributes=TTL))
GRAPH = definitions(
    decision("total", literal("count(grade)", "total", "integer"), "grades"), decision("grades", GRADES)
)


def deployed(client: FlaskClient, content: bytes, name: str = "d.dmn", **fields: str) -> Any:
    form: dict[str, Any] = {"deployment-name": "decisions", **fields, "data": (io.BytesIO(content), name)}
    response = client.post(
        "/engine-rest/deployment/create", data=form, headers=bearer(), content_type="multipart/form-data"
    )
    return response.get_json(), response.status_code


def got(client: FlaskClient, path: str, **query: Any) -> Any:
    response = client.get(f"/engine-rest{path}", query_string=query, headers=bearer())
    return response.get_json(silent=True), response.status_code


def evaluated(client: FlaskClient, path: str = "/key/grades", **variables: Any) -> Any:
    body = {"variables": {name: {"value": value} for name, value in variables.items()}}
    response = client.post(f"/engine-rest/decision-definition{path}/evaluate", json=body, headers=bearer())
    return response.get_json(silent=True), response.status_code


def test_a_deployment_names_its_decisions(client: FlaskClient) -> None:
    answer, status = deployed(client, GRAPH)
    [graph] = answer["deployedDecisionRequirementsDefinitions"].values()
    shared = {"category": "test", "version": 1, "resource": "d.dmn", "deploymentId": answer["id"], "tenantId": None}

    assert status == 200
    assert answer["deployedProcessDefinitions"] is None
    assert graph == {"id": graph["id"], "key": "file", "name": "File", **shared}
    assert answer["deployedDecisionDefinitions"] == {
        id: {
            "id": id,
            "key": id.split(":")[0],
            "name": id.split(":")[0].title(),
            "decisionRequirementsDefinitionId": graph["id"],
            "decisionRequirementsDefinitionKey": "file",
            "historyTimeToLive": None,
            "versionTag": None,
            **shared,
        }
        for id in answer["deployedDecisionDefinitions"]
    }


def test_a_broken_file_is_refused_as_camunda_says(client: FlaskClient) -> None:
    answer, status = deployed(client, SINGLE.replace(b'"COLLECT"', b'"PRIORITY"'))

    assert (status, answer["type"], answer["code"]) == (500, "ProcessEngineException", 0)
    assert answer["message"].startswith(
        "ENGINE-22004 Unable to transform DMN resource 'd.dmn'. Errors: \n* The hit policy 'PRIORITY' is not supported"
    )
    assert answer["details"]["d.dmn"]["errors"][0]["mainElementId"] == "grades"


def test_definitions_are_found_by_id_and_by_key(client: FlaskClient) -> None:
    answer, _ = deployed(client, SINGLE)
    [row] = answer["deployedDecisionDefinitions"].values()

    assert (row["historyTimeToLive"], row["versionTag"], row["decisionRequirementsDefinitionId"]) == (5, "v1", None)
    for path in (f"/{row['id']}", "/key/grades"):
        assert got(client, f"/decision-definition{path}") == (row, 200)
        assert got(client, f"/decision-definition{path}/xml") == ({"id": row["id"], "dmnXml": SINGLE.decode()}, 200)
        assert got(client, f"/decision-definition{path}/diagram") == (None, 204)


@pytest.mark.parametrize(
    ("path", "status", "kind", "message", "code"),
    [
        (
            "/decision-definition/x",
            404,
            "InvalidRequestException",
            "no deployed decision definition found with id 'x': decisionDefinition is null",
            0,
        ),
        (
            "/decision-definition/key/x",
            404,
            "RestException",
            "No matching decision definition with key: x and no tenant-id",
            None,
        ),
        (
            "/decision-definition/key/x/tenant-id/t/xml",
            404,
            "RestException",
            "No matching decision definition with key: x and tenant-id: t",
            None,
        ),
        (
            "/decision-definition/x/diagram",
            400,
            "NotFoundException",
            "no deployed decision definition found with id 'x': decisionDefinition is null",
            0,
        ),
        (
            "/decision-requirements-definition/x",
            400,
            "InvalidRequestException",
            "no deployed decision requirements definition found with id 'x': decisionRequirementsDefinition is null",
            0,
        ),
        (
            "/decision-requirements-definition/x/diagram",
            400,
            "NotValidException",
            "no deployed decision requirements definition found with id 'x': decisionRequirementsDefinition is null",
            0,
        ),
        (
            "/decision-requirements-definition/key/x",
            404,
            "RestException",
            "No matching decision requirements definition with key: x and no tenant-id",
            None,
        ),
        (
            "/history/decision-instance/x",
            404,
            "InvalidRequestException",
            "Historic decision instance with id 'x' does not exist",
            None,
        ),
    ],
)
def test_what_is_not_there(
    client: FlaskClient, path: str, status: int, kind: str, message: str, code: int | None
) -> None:
    assert got(client, path) == ({"type": kind, "message": message, "code": code}, status)


def test_lists_are_narrowed_and_sorted(client: FlaskClient) -> None:
    deployed(client, GRAPH)
    deployed(client, SINGLE, "single.dmn", **{"tenant-id": "t"})

    def keys(**query: Any) -> list[tuple[str, int]]:
        rows, _ = got(client, "/decision-definition", sortBy="key", sortOrder="asc", **query)
        return [(row["key"], row["version"]) for row in rows]

    assert keys() == [("grades", 1), ("grades", 1), ("total", 1)]
    assert keys(decisionRequirementsDefinitionKey="file") == [("grades", 1), ("total", 1)]
    assert keys(withoutDecisionRequirementsDefinition="true", tenantIdIn="t") == [("grades", 1)]
    assert keys(versionTag="v1") == [("grades", 1)]
    assert keys(nameLike="T%") == [("total", 1)]
    assert keys(resourceName="d.dmn", latestVersion="true") == [("grades", 1), ("total", 1)]
    assert got(client, "/decision-definition/count", keyLike="gr%") == ({"count": 2}, 200)
    assert got(client, "/decision-requirements-definition/count", key="file") == ({"count": 1}, 200)


def test_an_evaluation_answers_with_typed_rows(client: FlaskClient) -> None:
    deployed(client, SINGLE)

    assert evaluated(client, n=3) == (
        [
            {"grade": {"type": "String", "value": "a", "valueInfo": {}}},
            {"grade": {"type": "String", "value": "b", "valueInfo": {}}},
        ],
        200,
    )
    assert evaluated(client, n=1) == ([], 200)


def test_untyped_entries_have_no_type(client: FlaskClient) -> None:
    untyped = definitions(decision("d", table([], ["a", "b", "c"], [([], ["n * 2", '[n, "x"]', "null"])])))
    deployed(client, untyped)

    assert evaluated(client, "/key/d", n=3) == (
        [
            {
                "a": {"type": None, "value": 6, "valueInfo": None},
                "b": {"type": None, "value": [3, "x"], "valueInfo": None},
                "c": {"type": "Null", "value": None, "valueInfo": {}},
            }
        ],
        200,
    )


def test_an_evaluation_that_fails_says_why(client: FlaskClient) -> None:
    answer, _ = deployed(client, SINGLE)
    [id] = answer["deployedDecisionDefinitions"]
    text = f"Cannot evaluate decision {id}: DMN-01005 Invalid value 'x' for clause with type 'integer'."

    assert evaluated(client, n="x") == ({"type": "RestException", "message": text, "code": 0}, 500)
    assert got(client, "/history/decision-instance/count") == ({"count": 0}, 200)


def test_a_decision_that_is_not_there_is_not_evaluated(client: FlaskClient) -> None:
    text = "Cannot evaluate decision x: no deployed decision definition found with id 'x': decisionDefinition is null"

    assert evaluated(client, "/x") == ({"type": "InvalidRequestException", "message": text, "code": 0}, 404)


def test_a_count_without_a_name_is_camundas_bad_request(client: FlaskClient) -> None:
    counting = table(["n"], ["o"], [(["1"], ["1"])], "COLLECT", "COUNT")
    deployed(client, definitions(decision("d", counting)))

    assert evaluated(client, "/key/d", n=2)[1] == 400
    assert evaluated(client, "/key/d", n=1)[0] == [{"o": {"type": "Integer", "value": 1, "valueInfo": {}}}]


def test_history_tells_inputs_and_outputs_on_request(client: FlaskClient) -> None:
    answer, _ = deployed(client, GRAPH)
    with clock.frozen():
        evaluated(client, "/key/total", n=2)
        [row], _ = got(client, "/history/decision-instance", decisionDefinitionKey="grades", includeInputs="true")
    place = {"errorMessage": None, "createTime": row["evaluationTime"], "removalTime": row["removalTime"]}
    place |= {"decisionInstanceId": row["id"], "rootProcessInstanceId": None}

    [entry] = row.pop("inputs")
    assert entry == {
        "type": "Integer",
        "value": 2,
        "valueInfo": {},
        "id": entry["id"],
        "clauseId": "t_i0",
        "clauseName": "n",
        **place,
    }
    assert "outputs" not in row
    [root], _ = got(client, "/history/decision-instance", rootDecisionInstancesOnly="true", includeOutputs="true")
    assert root["id"] == row["rootDecisionInstanceId"]
    [entry] = root["outputs"]
    assert (entry["variableName"], entry["type"], entry["value"], entry["ruleId"]) == ("total", "Integer", 1, None)
    together, _ = got(client, "/history/decision-instance", rootDecisionInstanceId=root["id"])
    assert {one["decisionDefinitionKey"] for one in together} == {"total", "grades"}
    assert got(client, f"/history/decision-instance/{row['id']}") == (row, 200)
    [graph] = answer["deployedDecisionRequirementsDefinitions"]
    assert got(client, f"/history/decision-requirements-definition/{graph}/statistics") == (
        [{"decisionDefinitionKey": "grades", "evaluations": 1}, {"decisionDefinitionKey": "total", "evaluations": 1}],
        200,
    )


def test_the_report_tells_what_is_over(client: FlaskClient) -> None:
    answer, _ = deployed(client, SINGLE)
    [id] = answer["deployedDecisionDefinitions"]
    report = "/history/decision-definition/cleanable-decision-instance-report"
    assert got(client, report, compact="true") == ([], 200)
    with clock.frozen():
        evaluated(client, n=3)
        clock.advance(5 * 86_400_000)
        assert got(client, report) == (
            [
                {
                    "decisionDefinitionId": id,
                    "decisionDefinitionKey": "grades",
                    "decisionDefinitionName": "Grades",
                    "decisionDefinitionVersion": 1,
                    "historyTimeToLive": 5,
                    "finishedDecisionInstanceCount": 1,
                    "cleanableDecisionInstanceCount": 1,
                    "tenantId": None,
                }
            ],
            200,
        )
    assert got(client, f"{report}/count") == ({"count": 1}, 200)


def run_batch(client: FlaskClient) -> None:
    for _ in range(3):
        for job in got(client, "/job", executable="true")[0]:
            client.post(f"/engine-rest/job/{job['id']}/execute", headers=bearer())


def test_decision_instances_are_removed_by_a_batch(client: FlaskClient) -> None:
    deployed(client, SINGLE)
    evaluated(client, n=3)
    body = {"historicDecisionInstanceQuery": {"decisionDefinitionKey": "grades"}}
    made = client.post("/engine-rest/history/decision-instance/delete", json=body, headers=bearer())

    assert (made.status_code, made.get_json()["type"]) == (200, "historic-decision-instance-deletion")
    run_batch(client)
    assert got(client, "/history/decision-instance/count") == ({"count": 0}, 200)


def test_removing_nothing_is_refused(client: FlaskClient) -> None:
    response = client.post("/engine-rest/history/decision-instance/delete", json={}, headers=bearer())

    text = "historicDecisionInstanceIds is empty"
    assert response.get_json() == {"type": "InvalidRequestException", "message": text, "code": None}
    assert response.status_code == 400


@pytest.mark.parametrize("hierarchical", [True, False])
def test_removal_times_are_set_by_a_batch(client: FlaskClient, hierarchical: bool) -> None:
    deployed(client, GRAPH)
    evaluated(client, "/key/total", n=3)
    [root], _ = got(client, "/history/decision-instance", rootDecisionInstancesOnly="true")
    at = "2030-01-01T00:00:00.000+0000"
    body = {"historicDecisionInstanceIds": [root["id"]], "absoluteRemovalTime": at, "hierarchical": hierarchical}
    made = client.post("/engine-rest/history/decision-instance/set-removal-time", json=body, headers=bearer())
    assert (made.status_code, made.get_json()["type"]) == (200, "decision-set-removal-time")
    run_batch(client)

    rows, _ = got(client, "/history/decision-instance", rootDecisionInstanceId=root["id"])
    assert sum(row["removalTime"] == at for row in rows) == (2 if hierarchical else 1)


def test_the_time_to_live_of_a_definition_is_changed(client: FlaskClient) -> None:
    deployed(client, SINGLE)
    path = "/engine-rest/decision-definition/key/grades/history-time-to-live"

    assert client.put(path, json={"historyTimeToLive": 7}, headers=bearer()).status_code == 204
    assert got(client, "/decision-definition/key/grades")[0]["historyTimeToLive"] == 7
    refused = client.put(path, json={"historyTimeToLive": -1}, headers=bearer())
    assert refused.get_json() == {
        "type": "BadUserRequestException",
        "message": "historyTimeToLive is not greater than or equal to 0",
        "code": 0,
    }

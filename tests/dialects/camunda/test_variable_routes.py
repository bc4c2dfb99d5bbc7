"""Variables of instances, executions and tasks: read, set, removed, uploaded, downloaded."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import bearer, external_task, one_task
from tests.dialects.camunda.rest import Rest, line, refusal, user_task

INPUT = (
    '<extensionElements><camunda:inputOutput><camunda:inputParameter name="own">1</camunda:inputParameter>'
    "</camunda:inputOutput></extensionElements>"
)
JSON_OBJECT = {"objectTypeName": "java.util.ArrayList", "serializationDataFormat": "application/json"}


@pytest.fixture
def instance_id(rest: Rest) -> str:
    rest.deploy(line(external_task(inner=INPUT)))
    return rest.start(variables={"a": "x"})


def execution_of(rest: Rest) -> str:
    return str(rest.get("/external-task")[0]["executionId"])


def test_an_execution_sees_outwards_but_owns_little(rest: Rest, instance_id: str) -> None:
    execution_id = execution_of(rest)
    x = {"type": "String", "value": "x", "valueInfo": {}}
    own = {"type": "String", "value": "1", "valueInfo": {}}
    assert rest.get(f"/process-instance/{instance_id}/variables") == {"a": x}
    assert rest.get(f"/process-instance/{execution_id}/variables") == {"a": x, "own": own}
    assert rest.get(f"/execution/{execution_id}/localVariables") == {"own": own}
    assert rest.get(f"/execution/{instance_id}/localVariables/a") == x


def test_a_variable_is_set_and_removed(rest: Rest, instance_id: str) -> None:
    path = f"/process-instance/{instance_id}/variables"
    rest.put(f"{path}/b", {"value": 5, "type": "long"})
    assert rest.get(f"{path}/b") == {"type": "Long", "value": 5, "valueInfo": {}}
    rest.post(path, {"modifications": {"c": {"value": True}}, "deletions": ["a", "b"], "workerId": "ignored"})
    assert rest.get(path) == {"c": {"type": "Boolean", "value": True, "valueInfo": {}}}
    rest.delete(f"{path}/c")
    rest.delete(f"{path}/c")
    assert rest.get(path) == {}


def test_a_local_variable_stays_where_it_is_set(rest: Rest, instance_id: str) -> None:
    execution_id = execution_of(rest)
    rest.put(f"/execution/{execution_id}/localVariables/a", {"value": "near"})
    assert rest.get(f"/process-instance/{instance_id}/variables/a")["value"] == "x"
    assert rest.get(f"/process-instance/{execution_id}/variables/a")["value"] == "near"
    rest.delete(f"/execution/{execution_id}/localVariables/a")
    assert rest.get(f"/process-instance/{execution_id}/variables/a")["value"] == "x"


def test_values_come_parsed_unless_they_shall_not(rest: Rest, instance_id: str) -> None:
    path = f"/process-instance/{instance_id}/variables"
    rest.put(f"{path}/list", {"value": "[1, 2]", "type": "Object", "valueInfo": JSON_OBJECT})
    assert rest.get(f"{path}/list") == {"type": "Object", "value": [1, 2], "valueInfo": JSON_OBJECT}
    assert rest.get(f"{path}/list", deserializeValue="false")["value"] == "[1, 2]"
    assert rest.get(path, deserializeValues="false")["list"]["value"] == "[1, 2]"


def test_a_file_is_uploaded_and_downloaded(rest: Rest, instance_id: str) -> None:
    path = f"/process-instance/{instance_id}/variables/f"
    assert rest.upload(f"{path}/data", data=("ü.txt", b"hello", "text/plain"), valueType="File") == (204, None)
    assert rest.get(path) == {
        "type": "File",
        "value": None,
        "valueInfo": {"filename": "ü.txt", "mimeType": "text/plain"},
    }
    data = rest.call("GET", f"{path}/data")
    assert (data.data, data.headers["Content-Type"]) == (b"hello", "text/plain")
    assert data.headers["Content-Disposition"] == "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%BC.txt"
    from_execution = rest.call("GET", f"/process-instance/{execution_of(rest)}/variables/f/data")
    assert from_execution.data == b"hello"


def test_bytes_are_uploaded_and_downloaded(rest: Rest, instance_id: str) -> None:
    path = f"/execution/{instance_id}/localVariables/b"
    assert rest.upload(f"{path}/data", data=b"\x00\x01") == (204, None)
    assert rest.get(path) == {"type": "Bytes", "value": "AAE=", "valueInfo": {}}
    data = rest.call("GET", f"{path}/data")
    assert (data.data, data.headers["Content-Type"]) == (b"\x00\x01", "application/octet-stream")


def test_a_text_is_no_download(rest: Rest, instance_id: str) -> None:
    assert rest.answer("GET", f"/process-instance/{instance_id}/variables/a/data") == refusal(
        400, "InvalidRequestException", f"Value of variable with id {instance_id} is not a binary value."
    )


def test_what_is_not_there_is_named(rest: Rest, instance_id: str) -> None:
    def answer(method: str, path: str, body: Any = None) -> Any:
        return rest.answer(method, path, body)

    missing = "execution x doesn't exist: execution is null"
    assert answer("GET", f"/process-instance/{instance_id}/variables/no") == refusal(
        404, "InvalidRequestException", "process instance variable with name no does not exist"
    )
    assert answer("GET", f"/execution/{instance_id}/localVariables/no/data") == refusal(
        404, "InvalidRequestException", "execution variable with name no does not exist"
    )
    assert answer("GET", "/process-instance/x/variables") == refusal(500, "NullValueException", missing, 0)
    assert answer("GET", "/process-instance/x/variables/a") == refusal(
        500, "RestException", f"Cannot get process instance variable a: {missing}", 0
    )
    assert answer("PUT", "/execution/x/localVariables/a", {"value": 1}) == refusal(
        500, "RestException", f"Cannot put execution variable a: {missing}", 0
    )
    assert answer("DELETE", "/process-instance/x/variables/a") == refusal(
        500, "RestException", f"Cannot delete process instance variable a: {missing}", 0
    )
    assert answer("POST", "/process-instance/x/variables", {"modifications": {"a": {"value": 1}}}) == refusal(
        500, "RestException", f"Cannot modify variables for process instance x: {missing}", 0
    )


def test_a_value_that_does_not_fit_is_refused(rest: Rest, instance_id: str) -> None:
    path = f"/process-instance/{instance_id}/variables"
    wrong = {"value": "x", "type": "Integer"}
    text = "Cannot convert value 'x' of type 'Integer' to java type java.lang.Integer"
    assert rest.answer("PUT", f"{path}/a", wrong) == refusal(
        400, "InvalidRequestException", f"Cannot put process instance variable a: {text}"
    )
    assert rest.answer("POST", path, {"modifications": {"a": wrong}, "deletions": ["a"]}) == refusal(
        400, "InvalidRequestException", f"Cannot modify variables for process instance: {text}"
    )
    assert rest.get(f"{path}/a")["value"] == "x"
    assert rest.answer("PUT", f"{path}/f", {"value": "", "type": "File"}) == refusal(
        500, "IllegalArgumentException", "Cannot create file without valueInfo."
    )


def test_a_worker_reaches_the_instances_of_its_topics_alone(rest: Rest, instance_id: str) -> None:
    def status(method: str, path: str, topics: list[str], **options: Any) -> int:
        headers = bearer("can_access_external_tasks", topics=topics)
        return int(rest.call(method, path, headers=headers, **options).status_code)

    read, write = f"/process-instance/{instance_id}/variables/a", f"/process-instance/{instance_id}/variables"
    local = f"/execution/{execution_of(rest)}/localVariables"
    body = {"modifications": {"a": {"value": "y"}}}
    assert [status("GET", path, ["wor*"]) for path in (read, write, local)] == [200, 200, 200]
    assert [status("GET", path, ["other"]) for path in (read, write, local)] == [403, 403, 403]
    assert status("POST", write, ["other"], json=body) == 403
    assert rest.get(read)["value"] == "x"
    assert status("POST", write, ["work"], json=body) == 204
    assert rest.get(read)["value"] == "y"
    assert status("DELETE", f"/process-instance/{instance_id}", ["work"]) == 403


def test_a_task_has_variables_too(rest: Rest) -> None:
    rest.deploy(line(user_task()))
    instance_id = rest.start(variables={"a": 1})
    path = f"/task/{rest.get('/task')[0]['id']}"
    rest.put(f"{path}/variables/a", {"value": 2})
    rest.put(f"{path}/localVariables/b", {"value": 3})
    assert {name: each["value"] for name, each in rest.get(f"{path}/variables").items()} == {"a": 2, "b": 3}
    assert {name: each["value"] for name, each in rest.get(f"{path}/localVariables").items()} == {"b": 3}
    assert {name: each["value"] for name, each in rest.get(f"{path}/form-variables", variableNames="a").items()} == {
        "a": 2
    }
    assert rest.get(f"/process-instance/{instance_id}/variables/a")["value"] == 2
    assert rest.answer("GET", "/task/x/variables") == refusal(
        500, "NullValueException", "task x doesn't exist: task is null", 0
    )


def test_variables_are_listed_across_instances(rest: Rest) -> None:
    rest.deploy(one_task())
    first, second = rest.start(variables={"a": 1, "b": "x"}), rest.start(variables={"a": 2})
    found = rest.get("/variable-instance", variableName="a", processInstanceIdIn=f"{first},{second}")
    assert sorted(each["value"] for each in found) == [1, 2]
    (b,) = rest.post("/variable-instance", {"variableValues": [{"name": "b", "operator": "eq", "value": "x"}]})
    assert b == {
        "value": "x",
        "type": "String",
        "valueInfo": {},
        "id": b["id"],
        "name": "b",
        "processDefinitionId": b["processDefinitionId"],
        "processInstanceId": first,
        "executionId": first,
        "caseInstanceId": None,
        "caseExecutionId": None,
        "taskId": None,
        "batchId": None,
        "activityInstanceId": first,
        "errorMessage": None,
        "tenantId": None,
    }
    assert rest.get(f"/variable-instance/{b['id']}") == b
    assert rest.answer("GET", "/variable-instance/x") == refusal(
        404, "InvalidRequestException", "Variable instance with Id 'x' does not exist."
    )

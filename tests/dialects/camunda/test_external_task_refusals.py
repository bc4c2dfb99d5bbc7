"""What the external-task routes refuse: statuses, bodies, and which refusal comes first."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from tests.builders import Headers, bearer, deploy, fetch, one_task, start

BASE = "/engine-rest/external-task"
LOCK = {"topicName": "work", "lockDuration": 1000}


def call(
    client: FlaskClient, method: str, path: str, body: Any = None, *, headers: Headers | None = None, **options: Any
) -> Any:
    if body is not None:
        options["json"] = body
    return client.open(BASE + path, method=method, headers={**bearer(), **(headers or {})}, **options)


def refused(status: int, type: str, message: str, code: int | None) -> tuple[int, dict[str, Any]]:
    return status, {"type": type, "message": message, "code": code}


def answer_of(response: Any) -> tuple[int, Any]:
    assert response.headers["Content-Type"] == "application/json"
    return response.status_code, response.get_json()


@pytest.fixture
def task_id(client: FlaskClient) -> str:
    deploy(client, one_task())
    start(client)
    task_id: str = fetch(client, worker_id="worker")[0]["id"]
    return task_id


MALFORMED = refused(400, "InvalidRequestException", "", None)
NOT_FOUND = refused(404, "NotFoundException", "HTTP 404 Not Found", None)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"asyncResponseTimeout": 1_800_001},
            refused(
                400,
                "InvalidRequestException",
                "The asynchronous response timeout cannot be set to a value greater than 1800000 milliseconds",
                None,
            ),
        ),
        (
            {"sorting": [{"sortBy": "id", "sortOrder": "asc"}]},
            refused(400, "InvalidRequestException", "Cannot set query sortBy parameter to value id", None),
        ),
        (
            {"sorting": [{"sortBy": "createTime", "sortOrder": "DESC"}]},
            refused(400, "InvalidRequestException", "Cannot set query sortOrder parameter to value DESC", None),
        ),
        (
            {"sorting": [{"sortBy": "createTime"}]},
            refused(
                400,
                "NotValidException",
                "Invalid query: call asc() or desc() after using orderByXX(): direction is null",
                0,
            ),
        ),
        ({}, refused(500, "NullValueException", "workerId is null", 0)),
        (
            {"workerId": "w", "maxTasks": -1, "topics": [{}]},
            refused(500, "ProcessEngineException", "maxResults is not greater than or equal to 0", 0),
        ),
        (
            {"workerId": "w", "topics": [{"lockDuration": 1}]},
            refused(500, "NullValueException", "topicName is null", 0),
        ),
        (
            {"workerId": "w", "topics": [{"topicName": "t"}]},
            refused(500, "ProcessEngineException", "lockTime is not greater than 0", 0),
        ),
        (
            {"workerId": "w", "topics": [{"topicName": "t", "lockDuration": -1}]},
            refused(500, "ProcessEngineException", "lockTime is not greater than 0", 0),
        ),
        (
            {"workerId": "w", "topics": [{**LOCK, "processVariables": {"a": {"b": 1}}}]},
            refused(500, "ProcessEngineException", "Object values cannot be used to query", 0),
        ),
        ({"workerId": "w", "topics": {}}, MALFORMED),
        ({"workerId": "w", "topics": [{**LOCK, "tenantIdIn": "one"}]}, MALFORMED),
        ({"workerId": "w", "maxTasks": "abc"}, MALFORMED),
        ({"workerId": "w", "maxTasks": 2**31}, MALFORMED),
        ([], MALFORMED),
    ],
)
def test_an_impossible_fetch_is_refused(client: FlaskClient, body: Any, expected: Any) -> None:
    assert answer_of(call(client, "POST", "/fetchAndLock", body)) == expected


@pytest.mark.parametrize("route", ["complete", "failure", "bpmnError", "lock"])
def test_a_report_needs_a_worker_before_it_needs_a_task(client: FlaskClient, route: str) -> None:
    body = {"errorCode": "E", "lockDuration": 1}
    expected = refused(500, "NullValueException", "workerId is null", 0)
    assert answer_of(call(client, "POST", f"/unknown/{route}", body)) == expected


@pytest.mark.parametrize(
    ("method", "route", "body"),
    [
        ("POST", "complete", {"workerId": "w"}),
        ("POST", "failure", {"workerId": "w"}),
        ("POST", "bpmnError", {"workerId": "w", "errorCode": "E"}),
        ("POST", "bpmnError", {"workerId": "w", "errorCode": ""}),
        ("POST", "lock", {"workerId": "w", "lockDuration": 1}),
        ("POST", "extendLock", {"workerId": "w", "newDuration": 1}),
        ("POST", "unlock", None),
        ("PUT", "retries", {"retries": 1}),
        ("PUT", "priority", {"priority": 1}),
    ],
)
def test_an_unknown_task_is_refused_by_every_route(client: FlaskClient, method: str, route: str, body: Any) -> None:
    expected = refused(404, "RestException", "External task with id unknown does not exist", 0)
    assert answer_of(call(client, method, f"/unknown/{route}", body)) == expected


def test_looking_at_an_unknown_task_is_refused_with_other_codes(client: FlaskClient) -> None:
    expected = refused(404, "RestException", "External task with id unknown does not exist", None)
    assert answer_of(call(client, "GET", "/unknown")) == expected
    expected = refused(500, "NullValueException", "No external task found with id unknown: externalTask is null", 0)
    assert answer_of(call(client, "GET", "/unknown/errorDetails")) == expected


def test_a_finished_task_is_as_unknown_as_any(client: FlaskClient, task_id: str) -> None:
    assert call(client, "POST", f"/{task_id}/complete", {"workerId": "worker"}).status_code == 204
    expected = refused(404, "RestException", f"External task with id {task_id} does not exist", 0)
    assert answer_of(call(client, "POST", f"/{task_id}/complete", {"workerId": "worker"})) == expected


REFUSED_TO_ANOTHER = [
    ("complete", "External Task {id} cannot be completed by worker 'other'. It is locked by worker '{owner}'."),
    (
        "failure",
        "Failure of External Task {id} cannot be reported by worker 'other'. It is locked by worker '{owner}'.",
    ),
    (
        "bpmnError",
        "Bpmn error of External Task {id} cannot be reported by worker 'other'. It is locked by worker '{owner}'.",
    ),
    (
        "extendLock",
        "The lock of the External Task {id} cannot be extended by worker 'other''. It is locked by worker '{owner}'.",
    ),
]
BY_ANOTHER = {"workerId": "other", "errorCode": "E", "newDuration": 1, "retries": 1}


@pytest.mark.parametrize(("route", "message"), REFUSED_TO_ANOTHER)
def test_only_the_owner_of_a_lock_reports(client: FlaskClient, task_id: str, route: str, message: str) -> None:
    expected = refused(400, "RestException", message.format(id=task_id, owner="worker"), 0)
    assert answer_of(call(client, "POST", f"/{task_id}/{route}", BY_ANOTHER)) == expected
    clock.advance(3_600_000)
    assert answer_of(call(client, "POST", f"/{task_id}/{route}", BY_ANOTHER)) == expected


@pytest.mark.parametrize(("route", "message"), REFUSED_TO_ANOTHER)
def test_nobody_reports_on_a_task_that_nobody_holds(
    client: FlaskClient, task_id: str, route: str, message: str
) -> None:
    assert call(client, "POST", f"/{task_id}/unlock").status_code == 204
    expected = refused(400, "RestException", message.format(id=task_id, owner="null"), 0)
    assert answer_of(call(client, "POST", f"/{task_id}/{route}", BY_ANOTHER)) == expected


def test_a_running_lock_keeps_others_out_and_an_expired_one_does_not(client: FlaskClient, task_id: str) -> None:
    body = {"workerId": "other", "lockDuration": 1000}
    message = f"External Task {task_id} cannot be locked by worker 'other'. It is locked by worker 'worker'."
    assert answer_of(call(client, "POST", f"/{task_id}/lock", body)) == refused(400, "RestException", message, 0)
    clock.advance(60_001)
    assert call(client, "POST", f"/{task_id}/lock", body).status_code == 204


def test_an_expired_lock_cannot_be_extended(client: FlaskClient, task_id: str) -> None:
    with clock.frozen():
        clock.advance(60_001)
        message = (
            f"Cannot extend a lock that expired: lockExpirationTime is not greater than or equal to {clock.now_ms()}"
        )
        body = {"workerId": "worker", "newDuration": 1000}
        answer = answer_of(call(client, "POST", f"/{task_id}/extendLock", body))
    assert answer == refused(400, "RestException", message, 0)


@pytest.mark.parametrize(
    ("method", "route", "body", "expected"),
    [
        (
            "POST",
            "failure",
            {"retries": -1},
            refused(500, "ProcessEngineException", "retries is not greater than or equal to 0", 0),
        ),
        (
            "POST",
            "failure",
            {"retryTimeout": -1},
            refused(500, "ProcessEngineException", "retryDuration is not greater than or equal to 0", 0),
        ),
        ("POST", "bpmnError", {}, refused(500, "NullValueException", "errorCode is null", 0)),
        ("POST", "bpmnError", {"errorCode": " "}, refused(500, "ProcessEngineException", "Error Code is empty", 0)),
        (
            "POST",
            "bpmnError",
            {"errorCode": "E", "errorMessage": ""},
            refused(500, "ProcessEngineException", "Error Message is empty", 0),
        ),
        ("POST", "lock", {}, refused(400, "RestException", "lockDuration is not greater than 0", 0)),
        ("POST", "extendLock", {}, refused(400, "RestException", "lockTime is not greater than 0", 0)),
        (
            "PUT",
            "retries",
            {},
            refused(400, "InvalidRequestException", "The number of retries cannot be null.", None),
        ),
        (
            "PUT",
            "retries",
            {"retries": -1},
            refused(
                400,
                "BadUserRequestException",
                "The number of retries cannot be negative: retries is not greater than or equal to 0",
                0,
            ),
        ),
        (
            "PUT",
            "priority",
            {"priority": None},
            refused(
                500,
                "NullPointerException",
                'Cannot invoke "java.lang.Long.longValue()" because the return value of '
                '"org.camunda.bpm.engine.rest.dto.runtime.PriorityDto.getPriority()" is null',
                None,
            ),
        ),
        (
            "POST",
            "complete",
            {"variables": {"a": {"value": "x", "type": "Integer"}}},
            refused(
                400,
                "InvalidRequestException",
                "Cannot convert value 'x' of type 'Integer' to java type java.lang.Integer",
                None,
            ),
        ),
        (
            "POST",
            "complete",
            {"localVariables": {"a": {"value": "x", "type": "Unheard"}}},
            refused(400, "RestException", "Unsupported value type 'Unheard'", None),
        ),
    ],
)
def test_impossible_values_are_refused_and_change_nothing(
    client: FlaskClient, task_id: str, method: str, route: str, body: Any, expected: Any
) -> None:
    before = call(client, "GET", f"/{task_id}").get_json()
    assert answer_of(call(client, method, f"/{task_id}/{route}", {"workerId": "worker", **body})) == expected
    assert call(client, "GET", f"/{task_id}").get_json() == before


def test_a_null_among_the_variables_is_a_null_pointer(client: FlaskClient) -> None:
    status, body = answer_of(call(client, "POST", "/unknown/complete", {"workerId": "w", "variables": {"a": None}}))
    assert (status, body["type"], body["code"]) == (500, "NullPointerException", None)
    assert body["message"].endswith('because the return value of "java.util.Map$Entry.getValue()" is null')


def test_a_variable_that_cannot_be_read_comes_before_everything_else(client: FlaskClient) -> None:
    body = {"variables": {"a": {"value": "x", "type": "Long"}}}
    status, answer = answer_of(call(client, "POST", "/unknown/complete", body))
    assert (status, answer["message"]) == (
        400,
        "Cannot convert value 'x' of type 'Long' to java type java.lang.Long",
    )


@pytest.mark.parametrize("data", [b"{", b"{'a': 1}", b'"text"', b"[1]", b"NaN", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused_without_a_message(client: FlaskClient, data: bytes) -> None:
    response = call(client, "POST", "/unknown/complete", data=data, content_type="application/json")
    assert answer_of(response) == MALFORMED


def test_an_empty_body_is_an_empty_object_and_null_is_not(client: FlaskClient) -> None:
    empty = call(client, "POST", "/unknown/complete", data=b"", content_type="application/json;charset=UTF-8")
    assert answer_of(empty) == refused(500, "NullValueException", "workerId is null", 0)
    null = call(client, "POST", "/unknown/complete", data=b"null", content_type="application/json")
    assert answer_of(null) == refused(
        500,
        "NullPointerException",
        'Cannot invoke "org.camunda.bpm.engine.rest.dto.externaltask.CompleteExternalTaskDto.getVariables()" '
        'because "dto" is null',
        None,
    )


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_only_json_is_taken_where_json_is_due(client: FlaskClient, content_type: str | None) -> None:
    response = call(client, "POST", "/unknown/complete", data=b"{}", content_type=content_type)
    assert answer_of(response) == refused(415, "NotSupportedException", "HTTP 415 Unsupported Media Type", None)


def test_a_caller_who_excludes_json_is_refused_before_anything_is_looked_at(client: FlaskClient) -> None:
    response = call(client, "GET", "/unknown", headers={"Accept": "text/html"})
    assert answer_of(response) == refused(406, "NotAcceptableException", "HTTP 406 Not Acceptable", None)
    assert call(client, "POST", "/unknown/unlock", headers={"Accept": "text/html"}).status_code == 404


def test_a_charset_that_is_asked_for_comes_back(client: FlaskClient) -> None:
    response = call(client, "GET", "/count", headers={"Accept": "application/json;charset=utf-8"})
    assert response.headers["Content-Type"] == "application/json;charset=utf-8"


def test_unknown_paths_and_wrong_methods_are_answered_in_camundas_words(client: FlaskClient) -> None:
    assert answer_of(client.get("/engine-rest/nothing/here", headers=bearer())) == NOT_FOUND
    wrong = client.delete("/engine-rest/external-task/fetchAndLock", headers=bearer())
    assert answer_of(wrong) == refused(405, "NotAllowedException", "HTTP 405 Method Not Allowed", None)
    null = client.get("/engine-rest/external-task/a%00b", headers=bearer())
    assert answer_of(null) == refused(400, "BadRequestException", "HTTP 400 Bad Request", None)


def test_nobody_gets_in_without_credentials(client: FlaskClient) -> None:
    for response in (
        client.get("/engine-rest/external-task"),
        client.get("/engine-rest/external-task", headers={"Authorization": "Bearer wrong"}),
    ):
        assert (response.status_code, response.data) == (401, b"")
        assert response.headers["WWW-Authenticate"] == 'Basic realm="default"'
    assert client.get("/engine-rest/engine").get_json() == [{"name": "default"}]


def test_without_credentials_nobody_hears_which_routes_there_are(client: FlaskClient) -> None:
    unknown, wrong_method, unsupported = ("GET", "/nothing"), ("DELETE", "/external-task/1"), ("GET", "/user")
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        for method, path in (unknown, wrong_method, unsupported):
            response = client.open(f"/engine-rest{path}", method=method, headers=headers)
            assert (response.status_code, response.data) == (401, b""), path
            assert response.headers["WWW-Authenticate"] == 'Basic realm="default"'
    statuses = [
        client.open(f"/engine-rest{path}", method=method, headers=bearer()).status_code
        for method, path in (unknown, wrong_method, unsupported)
    ]
    assert statuses == [404, 405, 501]


def test_a_claim_is_missing_in_camundas_words(client: FlaskClient) -> None:
    response = client.get("/engine-rest/external-task", headers=bearer("can_write_process_model"))
    missing = [
        {"permissionName": "UPDATE", "resourceName": "ProcessInstance", "resourceId": None},
        {"permissionName": "UPDATE_INSTANCE", "resourceName": "ProcessDefinition", "resourceId": None},
    ]
    assert answer_of(response) == (
        403,
        {
            "type": "AuthorizationException",
            "message": "The user with id 'tester' does not have one of the following permissions: "
            "'UPDATE' permission on resource 'ProcessInstance' or "
            "'UPDATE_INSTANCE' permission on resource 'ProcessDefinition'",
            "code": 0,
            "userId": "tester",
            "resourceName": None,
            "resourceId": None,
            "permissionName": None,
            "missingAuthorizations": missing,
        },
    )


def test_a_token_for_other_topics_neither_fetches_nor_sees_a_task(client: FlaskClient, task_id: str) -> None:
    other = bearer("can_access_external_tasks", topics=["other*"])
    body = {"workerId": "worker", "maxTasks": 1, "topics": [LOCK]}
    assert client.post(f"{BASE}/fetchAndLock", json=body, headers=other).status_code == 403
    assert client.post(f"{BASE}/{task_id}/complete", json={"workerId": "worker"}, headers=other).status_code == 403
    task = client.get(f"{BASE}/{task_id}", headers=bearer()).get_json()
    instance, key = task["processInstanceId"], task["processDefinitionKey"]
    missing = [
        {"permissionName": "UPDATE", "resourceName": "ProcessInstance", "resourceId": instance},
        {"permissionName": "UPDATE_INSTANCE", "resourceName": "ProcessDefinition", "resourceId": key},
    ]
    message = (
        "The user with id 'tester' does not have one of the following permissions: "
        f"'UPDATE' permission on resource '{instance}' of type 'ProcessInstance' or "
        f"'UPDATE_INSTANCE' permission on resource '{key}' of type 'ProcessDefinition'"
    )
    for method, path, sent in (
        ("GET", "", None),
        ("POST", "/complete", {"workerId": "worker"}),
        ("POST", "/unlock", None),
        ("PUT", "/retries", {"retries": 1}),
    ):
        status, told = answer_of(client.open(f"{BASE}/{task_id}{path}", method=method, json=sent, headers=other))
        assert (status, told["message"], told["missingAuthorizations"]) == (403, message, missing), path
    assert client.get(BASE, headers=other).get_json() == []
    assert client.get(f"{BASE}/count", headers=other).get_json() == {"count": 0}
    assert client.get(f"{BASE}/topic-names", headers=other).get_json() == []


def test_a_named_engine_must_be_the_one_that_there_is(client: FlaskClient) -> None:
    named = client.get("/engine-rest/engine/default/external-task/count", headers=bearer())
    assert answer_of(named) == (200, {"count": 0})
    unknown = client.get("/engine-rest/engine/other/external-task/count", headers=bearer())
    expected = refused(404, "InvalidRequestException", "Process engine other not available", None)
    assert answer_of(unknown) == expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("sortBy=foo&sortOrder=asc", "Cannot set query parameter 'sortBy' to value 'foo'"),
        ("sortBy=id&sortOrder=ASC", "Cannot set query parameter 'sortOrder' to value 'ASC'"),
        ("sortBy=id", "Only a single sorting parameter specified. sortBy and sortOrder required"),
        (
            "locked=yes",
            "Cannot set query parameter 'locked' to value 'yes': "
            "Cannot convert value yes to java type java.lang.Boolean",
        ),
        (
            "locked=",
            "Cannot set query parameter 'locked' to value '': Cannot convert value  to java type java.lang.Boolean",
        ),
        (
            "priorityHigherThanOrEquals=x",
            "Cannot set query parameter 'priorityHigherThanOrEquals' to value 'x': "
            "Cannot convert value x to java type java.lang.Long",
        ),
        (
            "lockExpirationAfter=2024-01-01",
            "Cannot set query parameter 'lockExpirationAfter' to value '2024-01-01': "
            'Cannot convert value "2024-01-01" to java type java.util.Date',
        ),
        (
            'lockExpirationAfter="2024-01-01T00:00:00.000%2B0000"',
            "Cannot set query parameter 'lockExpirationAfter' to value '\"2024-01-01T00:00:00.000+0000\"': "
            'Cannot convert value "2024-01-01T00:00:00.000+0000" to java type java.util.Date because of double quotes',
        ),
        (
            "processVariables=a_eq",
            "Cannot set query parameter 'processVariables' to value 'a_eq': "
            "variable query parameter has to have format KEY_OPERATOR_VALUE.",
        ),
        ("processVariables=a_near_1", "Invalid process variable comparator specified: near"),
    ],
)
def test_query_parameters_that_make_no_sense_are_named(client: FlaskClient, query: str, message: str) -> None:
    expected = refused(400, "InvalidRequestException", message, None)
    assert answer_of(call(client, "GET", f"?{query}")) == expected
    assert answer_of(call(client, "GET", f"/count?{query}")) == expected


def test_a_page_that_is_no_number_is_refused_as_an_unknown_path(client: FlaskClient) -> None:
    expected = refused(404, "QueryParamException", "HTTP 404 Not Found", None)
    assert answer_of(call(client, "GET", "?maxResults=x")) == expected
    assert answer_of(call(client, "POST", "?firstResult=1.5", {})) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"sortBy": "foo", "sortOrder": "asc"}, MALFORMED),
        ({"lockExpirationAfter": "2024-01-01"}, MALFORMED),
        ({"activityIdIn": "a"}, MALFORMED),
        (
            {"sortBy": "id"},
            refused(
                400,
                "InvalidRequestException",
                "Only a single sorting parameter specified. sortBy and sortOrder required",
                None,
            ),
        ),
        (
            {"sorting": [{"sortBy": "foo", "sortOrder": "asc"}]},
            refused(
                400,
                "NotValidException",
                "You should call any of the orderBy methods first before specifying a direction: "
                "currentOrderingProperty is null",
                0,
            ),
        ),
        (
            {"sorting": [{"sortBy": "id"}]},
            refused(
                400,
                "NotValidException",
                "Invalid query: call asc() or desc() after using orderByXX(): direction is null",
                0,
            ),
        ),
        (
            {"sorting": [{"sortBy": "id", "sortOrder": "asc"}, {"sortBy": "foo", "sortOrder": "asc"}]},
            refused(
                400,
                "NotValidException",
                "Invalid query: can specify only one direction desc() or asc() for an ordering constraint: "
                "direction is not null",
                0,
            ),
        ),
        (
            {"processVariables": [{"name": "a", "operator": "gt", "value": True}]},
            refused(
                500,
                "ProcessEngineException",
                "Booleans and null cannot be used in 'greater than' condition",
                0,
            ),
        ),
        (
            {"processVariables": [{"name": "a", "operator": "like", "value": None}]},
            refused(500, "ProcessEngineException", "Booleans and null cannot be used in 'like' condition", 0),
        ),
    ],
)
def test_a_query_body_that_makes_no_sense_is_refused(client: FlaskClient, body: Any, expected: Any) -> None:
    assert answer_of(call(client, "POST", "", body)) == expected


RETRIES_ERRORS = [
    ({}, refused(400, "InvalidRequestException", "The number of retries cannot be null.", None)),
    ({"retries": 1}, refused(400, "InvalidRequestException", "externalTaskIds is empty", None)),
    ({"retries": 1, "externalTaskIds": []}, refused(400, "InvalidRequestException", "externalTaskIds is empty", None)),
    (
        {"retries": 1, "externalTaskIds": [None]},
        refused(
            400,
            "InvalidRequestException",
            "External task id cannot be null: externalTaskIds contains null value",
            None,
        ),
    ),
]


@pytest.mark.parametrize(("body", "expected"), RETRIES_ERRORS)
def test_the_retries_of_many_need_a_number_and_tasks(client: FlaskClient, body: Any, expected: Any) -> None:
    assert answer_of(call(client, "PUT", "/retries", body)) == expected
    assert answer_of(call(client, "POST", "/retries-async", body)) == expected


def test_the_retries_of_many_are_set_for_all_or_none(client: FlaskClient, task_id: str) -> None:
    unknown = {"retries": 1, "externalTaskIds": [task_id, "unknown"]}
    message = "Cannot find external task with id unknown: externalTask is null"
    expected = refused(404, "InvalidRequestException", message, None)
    assert answer_of(call(client, "PUT", "/retries", unknown)) == expected
    assert call(client, "GET", f"/{task_id}").get_json()["retries"] is None
    negative = {"retries": -1, "externalTaskIds": [task_id]}
    message = "The number of retries cannot be negative: retries is not greater than or equal to 0"
    expected = refused(400, "InvalidRequestException", message, None)
    assert answer_of(call(client, "PUT", "/retries", negative)) == expected

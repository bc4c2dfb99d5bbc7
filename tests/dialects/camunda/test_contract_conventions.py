"""Sections 0, 2 and 7 of Camunda's contract: what every route shares, with a whole answer for each statement."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import one_task
from tests.dialects.camunda.rest import Rest, refusal

UNREADABLE = refusal(400, "InvalidRequestException", "")
NOT_FOUND = refusal(404, "NotFoundException", "HTTP 404 Not Found")
NO_NUMBER = refusal(404, "QueryParamException", "HTTP 404 Not Found")
ONE_SORTING = refusal(
    400, "InvalidRequestException", "Only a single sorting parameter specified. sortBy and sortOrder required"
)
NO_OPERATOR = refusal(500, "NullPointerException", 'Cannot invoke "String.equals(Object)" because "op" is null')
NO_NAME = refusal(500, "NullValueException", "name is null", 0)


def parameter(name: str, value: str, reason: str = "") -> Any:
    """Return the refusal of a query parameter."""
    return refusal(400, "InvalidRequestException", f"Cannot set query parameter '{name}' to value '{value}'{reason}")


def no(value: str, kind: str) -> str:
    """Return why a value was not converted."""
    return f": Cannot convert value {value} to java type java.{kind}"


def no_date(value: str) -> Any:
    """Return the refusal of a date."""
    return parameter("lockExpirationBefore", value, no(f'"{value}"', "util.Date"))


NONE: tuple[int, list[Any]] = (200, [])
LISTED = [
    ({"lockExpirationBefore": "2024-01-01T00:00:00.000+0000"}, NONE),
    *(
        ({"lockExpirationBefore": date}, no_date(date))
        for date in (
            "2024-01-01T00:00:00.000Z",
            "2024-01-01T00:00:00+0000",
            "2024-01-01T00:00:00.000",
            "2024-01-01T00:00:00.000+02:00",
            "2024-13-01T00:00:00.000+0000",
            "2024-01-01T00:00:00.000 0000",
        )
    ),
    ({"lockExpirationBefore": ""}, NONE),
    ({"locked": "yes"}, parameter("locked", "yes", no("yes", "lang.Boolean"))),
    ({"locked": ""}, parameter("locked", "", no("", "lang.Boolean"))),
    ({"locked": "TRUE"}, parameter("locked", "TRUE", no("TRUE", "lang.Boolean"))),
    ({"locked": "True", "topicName": "nothing"}, NONE),
    ({"locked": "1"}, NONE),
    ({"priorityHigherThanOrEquals": ""}, parameter("priorityHigherThanOrEquals", "", no("", "lang.Long"))),
    ({"priorityHigherThanOrEquals": "x"}, parameter("priorityHigherThanOrEquals", "x", no("x", "lang.Long"))),
    ({"priorityHigherThanOrEquals": "1.5"}, NONE),
    ({"sortBy": "", "sortOrder": "asc"}, parameter("sortBy", "")),
    ({"sortBy": "id", "sortOrder": "ASC"}, parameter("sortOrder", "ASC")),
    ({"sortBy": "id"}, ONE_SORTING),
    ({"maxResults": "x"}, NO_NUMBER),
    ({"firstResult": "1.0"}, NO_NUMBER),
    ({"unknown": "x", "topicName": "nothing"}, NONE),
]


@pytest.mark.parametrize(("query", "expected"), LISTED)
def test_query_parameters_are_read_as_json(rest: Rest, query: dict[str, str], expected: Any) -> None:
    assert rest.answer("GET", "/external-task", **query) == expected


POSTED = [
    ({"lockExpirationBefore": "2024-01-01T00:00:00.000Z"}, UNREADABLE),
    ({"lockExpirationBefore": 0}, NONE),
    ({"lockExpirationBefore": ""}, NONE),
    ({"lockExpirationBefore": 2**63}, UNREADABLE),
    ({"priorityHigherThanOrEquals": "5"}, NONE),
    ({"priorityHigherThanOrEquals": 2**63}, UNREADABLE),
    ({"activityIdIn": "work"}, UNREADABLE),
    ({"sorting": {}}, UNREADABLE),
    ({"processVariables": [None]}, UNREADABLE),
    ({"processVariables": [{"name": "n", "value": 1}]}, NO_OPERATOR),
    ({"processVariables": [{"operator": "eq", "value": 1}]}, NO_NAME),
    ({"locked": None, "sorting": None, "topicName": None, "processVariables": None}, NONE),
]


@pytest.mark.parametrize(("body", "expected"), POSTED)
def test_bodies_are_read_as_jackson_reads_them(rest: Rest, body: Any, expected: Any) -> None:
    assert rest.answer("POST", "/external-task", body) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[]",
        b'"x"',
        b"{} x",
        b" ",
        b"{'a':1}",
        b'{"a":NaN}',
        b"[" * 100_000,
        '{"topicName":"ä"}'.encode("latin-1"),
    ],
    ids=range(9),
)
def test_what_is_no_json_object_is_refused_without_a_text(rest: Rest, data: bytes) -> None:
    response = rest.call("POST", "/external-task/count", data=data, content_type="application/json")
    assert (response.status_code, response.get_json()) == UNREADABLE


def test_options_name_the_methods_and_have_no_body(rest: Rest) -> None:
    response = rest.call("OPTIONS", "/external-task")
    assert (response.status_code, response.data, response.content_type) == (200, b"", None)
    assert response.allow.as_set() == {"get", "head", "options", "post"}


def test_a_wrong_method_is_told_the_right_ones(rest: Rest) -> None:
    response = rest.call("DELETE", "/external-task/x/complete")
    expected = refusal(405, "NotAllowedException", "HTTP 405 Method Not Allowed")
    assert (response.status_code, response.get_json()) == expected
    assert response.allow.as_set() == {"options", "post"}


@pytest.mark.parametrize(
    "path", ["/external-task/", "//external-task", "/external-task//", "/engine/default//external-task"]
)
def test_needless_slashes_are_ignored(rest: Rest, path: str) -> None:
    assert rest.answer("GET", path) == NONE


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/nothing"),
        ("POST", "/external-task/x/nothing"),
        ("GET", "/engine/default/nothing"),
        ("GET", "/engine/default"),
    ],
)
def test_no_path_answers_a_page(rest: Rest, method: str, path: str) -> None:
    response = rest.call(method, path)
    assert (response.status_code, response.get_json()) == NOT_FOUND
    assert response.content_type == "application/json"


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_an_impossible_idempotency_key_is_a_bad_request(rest: Rest, key: str) -> None:
    rest.deploy(one_task())
    response = rest.call("POST", "/external-task/x/complete", json={"workerId": "w"}, headers={"Idempotency-Key": key})
    expected = refusal(400, "InvalidRequestException", "An Idempotency-Key has 1 to 255 characters.")
    assert (response.status_code, response.get_json()) == expected

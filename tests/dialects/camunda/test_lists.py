"""Every list takes every filter and every sorting that it declares, by GET and by POST, and counts what it lists."""

from __future__ import annotations

from typing import Any

import pytest

from app.api.camunda import event_subscription, execution, history, incident, variable_instance
from app.api.camunda.batch import routes as batch
from app.api.camunda.deployment import routes as deployment
from app.api.camunda.external_task import lists as external_task_list
from app.api.camunda.job import routes as job
from app.api.camunda.process_definition import routes as process_definition
from app.api.camunda.process_instance import query as process_instance_query
from app.api.camunda.rest.coercion import JacksonBoolean, JacksonDate, JacksonInteger, JacksonLong, JacksonStrings
from app.api.camunda.rest.list_routes import ListQuery
from app.api.camunda.rest.refused_filters import RefusedFilter
from app.api.camunda.rest.variable_filters import InstantConditions, VariableConditions
from app.api.camunda.task import query as task_query
from tests.dialects.camunda.rest import Rest, refusal

AT = "2015-10-06T16:34:42.000+0200"
LISTS: dict[str, tuple[ListQuery, bool]] = {
    "/deployment": (deployment.QUERY, False),
    "/process-definition": (process_definition.QUERY, False),
    "/process-instance": (process_instance_query.QUERY, True),
    "/execution": (execution.QUERY, True),
    "/task": (task_query.QUERY, True),
    "/job": (job.QUERY, True),
    "/incident": (incident.QUERY, False),
    "/variable-instance": (variable_instance.QUERY, True),
    "/batch": (batch.QUERY, False),
    "/batch/statistics": (batch.STATISTICS_QUERY, False),
    "/event-subscription": (event_subscription.QUERY, False),
    "/external-task": (external_task_list.QUERY, True),
    "/history/activity-instance": (history.activity_instance.QUERY, True),
    "/history/batch": (history.batch.QUERY, False),
    "/history/detail": (history.detail.QUERY, True),
    "/history/external-task-log": (history.external_task_log.QUERY, True),
    "/history/incident": (history.incident.QUERY, False),
    "/history/process-instance": (history.process_instance.QUERY, True),
    "/history/task": (history.task.QUERY, True),
    "/history/variable-instance": (history.variable_instance.QUERY, True),
}
SAMPLES: dict[type, tuple[Any, Any]] = {
    JacksonBoolean: ("true", True),
    JacksonDate: (AT, AT),
    JacksonInteger: ("5", 5),
    JacksonLong: ("5", 5),
    JacksonStrings: ("a,b", ["a", "b"]),
    InstantConditions: (f"gt_{AT},lt_{AT}", [{"operator": "lt", "value": AT}]),
    VariableConditions: ("a_eq_b,c_like_d", [{"name": "n", "operator": "gteq", "value": 5.5}]),
}


def filters_of(query: ListQuery) -> dict[str, Any]:
    """Return the wire names of the filters, each with its samples for GET and POST."""
    hidden = ("sort_by", "sort_order", "sorting", "or_queries")
    fields = [field for name, field in query.schema.fields.items() if name not in hidden]
    kept = [field for field in fields if not isinstance(field, RefusedFilter)]
    return {str(field.data_key): SAMPLES.get(type(field), ("text", "text")) for field in kept}


def beside(name: str) -> dict[str, str]:
    """Return what a filter means nothing without."""
    return {"variableName": "n"} if name == "variableValue" else {}


@pytest.mark.parametrize("path", LISTS)
def test_every_filter_and_sorting_is_accepted(rest: Rest, path: str) -> None:
    query, _ = LISTS[path]
    for name, (text, _) in filters_of(query).items():
        assert rest.answer("GET", path, **{name: text}, **beside(name))[0] == 200, name
        assert rest.answer("GET", f"{path}/count", **{name: text}, **beside(name))[0] == 200, name
    for name in query.orders:
        assert rest.answer("GET", path, sortBy=name, sortOrder="desc", firstResult=1, maxResults=2) == (200, [])


@pytest.mark.parametrize("path", [path for path, (_, post) in LISTS.items() if post])
def test_a_body_takes_the_same_filters(rest: Rest, path: str) -> None:
    query, _ = LISTS[path]
    for name, (_, value) in filters_of(query).items():
        assert rest.answer("POST", path, {name: value, **beside(name)})[0] == 200, name
        assert rest.answer("POST", f"{path}/count", {name: value, **beside(name)})[0] == 200, name
    sorting = [{"sortBy": name, "sortOrder": "asc"} for name in query.orders]
    assert rest.answer("POST", path, {"sorting": sorting}, maxResults=1) == (200, [])


@pytest.mark.parametrize("path", LISTS)
def test_half_a_sorting_is_refused(rest: Rest, path: str) -> None:
    half = "Only a single sorting parameter specified. sortBy and sortOrder required"
    assert rest.answer("GET", path, sortOrder="asc") == refusal(400, "InvalidRequestException", half)
    unknown = "Cannot set query parameter 'sortBy' to value 'colour'"
    assert rest.answer("GET", path, sortBy="colour", sortOrder="asc") == refusal(
        400, "InvalidRequestException", unknown
    )


def test_an_instant_condition_is_read_as_camunda_does(rest: Rest) -> None:
    format_text = "condition query parameter has to have format OPERATOR_VALUE."
    assert rest.answer("GET", "/job", dueDates="gt") == refusal(
        400, "InvalidRequestException", f"Cannot set query parameter 'dueDates' to value 'gt': {format_text}"
    )
    assert rest.answer("GET", "/job", dueDates=f"eq_{AT}") == refusal(
        400, "InvalidRequestException", "Invalid due date comparator specified: eq"
    )


def test_a_variable_condition_is_read_as_camunda_does(rest: Rest) -> None:
    assert rest.answer("GET", "/process-instance", variables="a_b") == refusal(
        400,
        "InvalidRequestException",
        "Cannot set query parameter 'variables' to value 'a_b': "
        "variable query parameter has to have format KEY_OPERATOR_VALUE.",
    )
    assert rest.answer("GET", "/execution", processVariables="a_is_b") == refusal(
        400, "InvalidRequestException", "Invalid process variable comparator specified: is"
    )
    body = {"variables": [{"name": "a", "operator": "gt", "value": True}]}
    text = "Booleans and null cannot be used in 'greater than' condition"
    for path in ("/process-instance", "/execution", "/history/process-instance"):
        assert rest.answer("POST", path, body) == refusal(400, "NotValidException", text, 0)
    body = {"processVariables": body["variables"]}
    for path in ("/external-task", "/task"):
        assert rest.answer("POST", path, body) == refusal(500, "ProcessEngineException", text, 0)


def test_a_slash_at_the_end_changes_nothing(rest: Rest) -> None:
    assert rest.get("/engine/") == rest.get("/engine") == [{"name": "default"}]
    assert rest.get("/task/count/") == {"count": 0}

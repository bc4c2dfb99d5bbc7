"""Parameters that take several values: between commas, as the description says, or repeated, as many clients send."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import one_task
from tests.dialects.camunda.rest import Rest, line, timer

SEVERAL: list[tuple[str, str, tuple[str, ...], int]] = [
    ("/history/process-instance", "processDefinitionKeyIn", ("one", "two"), 2),
    ("/process-instance", "processDefinitionKeyNotIn", ("one", "two"), 1),
    ("/process-instance", "variables", ("number_eq_1", "text_eq_x"), 1),
    ("/external-task", "processVariables", ("text_eq_x", "text_eq_y"), 0),
    ("/job", "dueDates", ("gt_2020-01-01T00:00:00.000+0000", "lt_2021-01-01T00:00:00.000+0000"), 0),
    ("/job", "dueDates", ("gt_2020-01-01T00:00:00.000+0000", "lt_9000-01-01T00:00:00.000+0000"), 1),
]
"""A list, a parameter, its values, and how many rows meet all of them."""


@pytest.mark.parametrize(("path", "name", "values", "count"), SEVERAL)
def test_all_values_of_a_list_count(rest: Rest, path: str, name: str, values: tuple[str, ...], count: int) -> None:
    rest.deploy(one_task(id="one"), one_task(id="two"), line(timer(), id="three"))
    for number, key in enumerate(("one", "two", "three")):
        rest.start(key, variables={"number": str(number), "text": "x"})
    between_commas = rest.get(f"{path}/count", **{name: ",".join(values)})
    repeated = rest.call("GET", f"{path}/count", query_string=[(name, value) for value in values])
    assert between_commas == repeated.get_json() == {"count": count}


def test_of_a_repeated_parameter_with_one_value_the_first_counts(rest: Rest) -> None:
    rest.deploy(one_task(id="one"), one_task(id="two"))
    keys = [("key", "one"), ("key", "two")]
    assert rest.call("GET", "/process-definition/count", query_string=keys).get_json() == {"count": 1}


def test_an_empty_date_asks_for_nothing(rest: Rest) -> None:
    rest.deploy(one_task())
    rest.start()
    assert rest.get("/history/process-instance/count", startedAfter="", finishedBefore="") == {"count": 1}


def parameters(rest: Rest, path: str) -> dict[str, Any]:
    """Return the described parameters of a list, by name."""
    document = rest.client.get("/openapi.json").get_json()
    return {each["name"]: each for each in document["paths"][f"/engine-rest{path}"]["get"]["parameters"]}


def test_the_description_says_that_commas_separate(rest: Rest) -> None:
    for path, name in (("/task", "taskIdIn"), ("/task", "processVariables"), ("/job", "dueDates")):
        described = parameters(rest, path)[name]
        assert (described["explode"], described["style"], described["schema"]["type"]) == (False, "form", "array")
    assert "explode" not in parameters(rest, "/task")["taskId"]

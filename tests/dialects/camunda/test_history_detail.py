"""Every value that variables had: /history/detail."""

from __future__ import annotations

import re
from typing import Any

from app import clock
from tests.builders import one_task
from tests.dialects.camunda.rest import DATE, Rest, line, refusal, user_task
from tests.dialects.camunda.test_history import completed

BY_OCCURRENCE = {"sortBy": "occurrence", "sortOrder": "asc"}


def values(rest: Rest, **criteria: Any) -> list[tuple[Any, ...]]:
    found = rest.get("/history/detail", **BY_OCCURRENCE, **criteria)
    return [(each["variableName"], each["value"], each["revision"], each["initial"]) for each in found]


def test_every_value_of_a_variable_is_told(rest: Rest) -> None:
    rest.deploy(one_task())
    id = rest.start(variables={"color": "red"})
    rest.put(f"/process-instance/{id}/variables/color", {"value": "green"})
    completed(rest, variables={"color": {"value": "blue"}})
    assert values(rest, processInstanceId=id) == [
        ("color", "red", 0, True),
        ("color", "green", 1, False),
        ("color", "blue", 2, False),
    ]
    [variable] = rest.get("/history/variable-instance", processInstanceId=id)
    details = rest.get("/history/detail", variableInstanceId=variable["id"])
    assert {each["variableInstanceId"] for each in details} == {variable["id"]}
    assert len(details) == 3


def test_an_update_is_told_in_full(rest: Rest) -> None:
    deployed = rest.deploy(one_task(historyTimeToLive="3"))["deployedProcessDefinitions"]
    with clock.frozen():
        id = rest.start(variables={"list": 1})
        rest.put(f"/process-instance/{id}/variables/list", {"value": "[1]", "type": "Json"})
    found = rest.get("/history/detail", processInstanceId=id, **BY_OCCURRENCE)[1]
    variable_id = rest.get("/history/variable-instance", processInstanceId=id)[0]["id"]
    assert re.fullmatch(DATE, found.pop("time"))
    assert found == {
        "type": "variableUpdate",
        "id": found["id"],
        "processDefinitionKey": "process",
        "processDefinitionId": next(iter(deployed)),
        "processInstanceId": id,
        "activityInstanceId": id,
        "executionId": id,
        "caseDefinitionKey": None,
        "caseDefinitionId": None,
        "caseInstanceId": None,
        "caseExecutionId": None,
        "taskId": None,
        "tenantId": None,
        "userOperationId": None,
        "removalTime": None,
        "rootProcessInstanceId": id,
        "variableName": "list",
        "variableInstanceId": variable_id,
        "variableType": "Json",
        "value": [1],
        "valueInfo": {},
        "initial": False,
        "revision": 1,
        "errorMessage": None,
    }
    as_text = rest.get(f"/history/detail/{found['id']}", deserializeValue="false")
    assert (as_text["value"], as_text["revision"]) == ("[1]", 1)


def test_updates_are_found_by_type_name_time_and_scope(rest: Rest) -> None:
    rest.deploy(line(user_task()))
    with clock.frozen():
        id = rest.start(variables={"amount": 1, "color": "red"})
        clock.advance(1000)
        task_id = rest.get("/task")[0]["id"]
        rest.put(f"/task/{task_id}/localVariables/note", {"value": "mine"})

        def names(**criteria: Any) -> set[str]:
            found = rest.post("/history/detail", {"processInstanceId": id, **criteria})
            assert rest.get("/history/detail/count", processInstanceId=id, **_query(criteria)) == {"count": len(found)}
            return {each["variableName"] for each in found}

        assert names(variableTypeIn=["integer"]) == {"amount"}
        assert names(variableNameLike="c%") == {"color"}
        assert names(taskId=task_id) == {"note"}
        assert names(excludeTaskDetails=True) == {"amount", "color"}
        assert names(variableUpdates=True) == {"amount", "color", "note"}
        assert names(formFields=True) == set()
        assert names(initial=True) == {"amount", "color", "note"}
        assert names(executionId=id) == {"amount", "color"}
        sorting = {"sortBy": "variableName", "sortOrder": "desc", "maxResults": 1}
        assert values_named(rest, processInstanceId=id, **sorting) == ["note"]


def values_named(rest: Rest, **criteria: Any) -> list[str]:
    return [each["variableName"] for each in rest.get("/history/detail", **criteria)]


def _query(criteria: dict[str, Any]) -> dict[str, Any]:
    texts = {True: "true", False: "false"}
    return {
        name: ",".join(value) if isinstance(value, list) else texts.get(value, value)
        for name, value in criteria.items()
    }


def test_no_update_belongs_to_a_case_or_an_operation_of_a_user(rest: Rest) -> None:
    rest.deploy(one_task())
    rest.start(variables={"color": "red"})
    for criterion in ("caseInstanceId", "caseExecutionId", "userOperationId"):
        assert rest.get("/history/detail", **{criterion: "x"}) == []
        assert rest.get("/history/detail/count", **{criterion: "x"}) == {"count": 0}
    assert rest.post("/history/detail", {"variableTypeIn": [None]}) == []
    assert len(rest.post("/history/detail", {"variableTypeIn": [None, "string"]})) == 1


def test_a_variable_that_was_deleted_and_set_again_is_another_one(rest: Rest) -> None:
    rest.deploy(one_task())
    id = rest.start(variables={"color": "red"})
    rest.delete(f"/process-instance/{id}/variables/color")
    rest.put(f"/process-instance/{id}/variables/color", {"value": "green"})
    assert values(rest, processInstanceId=id) == [("color", "red", 0, True), ("color", "green", 0, True)]
    assert len({each["variableInstanceId"] for each in rest.get("/history/detail", processInstanceId=id)}) == 2


def test_the_bytes_of_an_update_can_be_read(rest: Rest) -> None:
    rest.deploy(one_task())
    id = rest.start()
    rest.upload(f"/process-instance/{id}/variables/file/data", data=b"old", valueType="Bytes")
    rest.upload(f"/process-instance/{id}/variables/file/data", data=b"new", valueType="Bytes")
    first, second = rest.get("/history/detail", processInstanceId=id, **BY_OCCURRENCE)
    assert rest.call("GET", f"/history/detail/{first['id']}/data").data == b"old"
    assert rest.call("GET", f"/history/detail/{second['id']}/data").data == b"new"


def test_an_unknown_update_is_refused_in_camundas_words(rest: Rest) -> None:
    assert rest.answer("GET", "/history/detail/nope") == refusal(
        404, "InvalidRequestException", "Historic detail with Id 'nope' does not exist."
    )

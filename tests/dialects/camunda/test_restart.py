"""Ended instances begin again: /process-definition/{id}/restart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import one_task
from tests.dialects.camunda.rest import Rest, refusal
from tests.dialects.camunda.test_history import completed
from tests.dialects.camunda.test_history_removal import run

BEFORE_WORK = [{"type": "startBeforeActivity", "activityId": "work"}]


@pytest.fixture
def ended(rest: Rest) -> Any:
    """Return an instance that has ended, with a variable that changed."""
    rest.deploy(one_task())
    id = rest.start(businessKey="b-1", variables={"color": "red"})
    completed(rest, variables={"color": {"value": "blue"}})
    return rest.get(f"/history/process-instance/{id}")


def restarted(rest: Rest, ended: Any, how: str = "restart", **body: Any) -> Any:
    asked = {"processInstanceIds": [ended["id"]], "instructions": BEFORE_WORK, **body}
    answer = rest.post(f"/process-definition/{ended['processDefinitionId']}/{how}", asked)
    if answer is not None:
        run(rest, answer)
    (found,) = rest.get("/history/process-instance", unfinished="true")
    return found


def test_an_ended_instance_begins_again_with_its_last_variables(rest: Rest, ended: Any) -> None:
    found = restarted(rest, ended)
    assert (found["businessKey"], found["restartedProcessInstanceId"]) == ("b-1", ended["id"])
    assert rest.get(f"/process-instance/{found['id']}/variables/color")["value"] == "blue"
    assert [task["activityId"] for task in rest.get("/external-task")] == ["work"]


def test_it_may_begin_with_its_first_variables_and_without_its_key(rest: Rest, ended: Any) -> None:
    found = restarted(rest, ended, initialVariables=True, withoutBusinessKey=True)
    assert found["businessKey"] is None
    assert rest.get(f"/process-instance/{found['id']}/variables/color")["value"] == "red"


def test_instances_are_restarted_by_a_batch(rest: Rest, ended: Any) -> None:
    by_query = {"processInstanceIds": None, "historicProcessInstanceQuery": {"finished": True}}
    found = restarted(rest, ended, "restart-async", **by_query)
    assert found["restartedProcessInstanceId"] == ended["id"]


def test_impossible_restarts_are_refused(rest: Rest, ended: Any) -> None:
    path = f"/process-definition/{ended['processDefinitionId']}/restart"

    def refused(**body: Any) -> Any:
        return rest.answer("POST", path, {"processInstanceIds": [ended["id"]], "instructions": BEFORE_WORK, **body})

    running = rest.start()
    for text, body in {
        "Restart instructions cannot be empty: instructions is empty": {"instructions": []},
        "processInstanceIds is empty": {"processInstanceIds": []},
        "Historic process instance cannot be found: historicProcessInstanceId is null": {"processInstanceIds": ["x"]},
        f"Process instance '{running}' is still running, it cannot be restarted.": {"processInstanceIds": [running]},
    }.items():
        assert refused(**body) == refusal(400, "InvalidRequestException", text), text

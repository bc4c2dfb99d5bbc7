"""What `tests/oracle/sweep` saw on a running Camunda 7.24, each a difference that was here once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import external_task, flow, process
from tests.dialects.camunda.rest import Rest, line, refusal, timer, user_task


def test_bytes_are_not_inline_in_lists(rest: Rest) -> None:
    rest.deploy(line(user_task()))
    variables = {"bytes": {"value": "aGVsbG8=", "type": "Bytes"}}
    id = rest.post("/process-definition/key/process/start", {"variables": variables})["id"]
    for path in ("/variable-instance", "/history/variable-instance", "/history/detail"):
        [row] = rest.get(path)
        assert row["value"] is None, path
        assert rest.get(f"{path}/{row['id']}")["value"] is None, path
        assert rest.call("GET", f"{path}/{row['id']}/data").data == b"hello", path
    assert rest.get(f"/process-instance/{id}/variables/bytes")["value"] == "aGVsbG8="


def test_statistics_count_tokens_that_wait_to_begin(rest: Rest) -> None:
    rest.deploy(line(external_task("first"), external_task("second", asyncBefore="true")))
    rest.start()
    instance = rest.start()
    move = [{"type": "startBeforeActivity", "activityId": "second"}]
    rest.post(f"/process-instance/{instance}/modification", {"instructions": move})
    definition = rest.get("/process-definition/key/process")["id"]
    counted = {each["id"]: each["instances"] for each in rest.get(f"/process-definition/{definition}/statistics")}
    assert counted == {"first": 2, "second": 1}


def test_a_timer_at_a_boundary_has_a_type_of_its_own(rest: Rest) -> None:
    boundary = (
        '<boundaryEvent id="late" attachedToRef="approve"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
        f'</timerEventDefinition></boundaryEvent><endEvent id="over"/>{flow("late", "over")}'
    )
    rest.deploy(
        process(
            '<startEvent id="start"/><endEvent id="end"/>',
            user_task(),
            timer(),
            boundary,
            flow("start", "approve"),
            flow("approve", "later"),
            flow("later", "end"),
        )
    )
    types = {each["activityId"]: each["jobType"] for each in rest.get("/job-definition")}
    assert types == {"late": "timer-transition", "later": "timer-intermediate-transition"}
    found = rest.get("/job-definition", jobType="timer-transition")
    assert [each["activityId"] for each in found] == ["late"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/task/{task}/assignee", {"userId": ["x"]}),
        ("POST", "/task/{task}/claim", {"userId": {}}),
        ("POST", "/task/{task}/delegate", {"userId": ["x"]}),
        ("PUT", "/job/x/retries", {"retries": 1, "dueDate": "bad"}),
        ("PUT", "/job/x/retries", {"retries": "x"}),
        ("PUT", "/process-definition/key/process/history-time-to-live", {"historyTimeToLive": "x"}),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_alike_everywhere(
    rest: Rest, method: str, path: str, body: dict[str, Any]
) -> None:
    rest.deploy(line(user_task()))
    rest.start()
    place = path.format(task=rest.get("/task")[0]["id"])
    assert rest.answer(method, place, body) == refusal(400, "InvalidRequestException", "")


@pytest.mark.parametrize(("path", "body"), [("assignee", {"userId": "x"}), ("unclaim", None)])
def test_a_task_that_is_not_there_is_a_bad_request(rest: Rest, path: str, body: Any) -> None:
    text = "Cannot find task with id no-such: task is null"
    assert rest.answer("POST", f"/task/no-such/{path}", body) == refusal(400, "NotFoundException", text, 0)


def test_an_open_task_of_the_history_tells_whether_it_was_changed(rest: Rest) -> None:
    rest.deploy(line(user_task()))
    rest.start()
    [task] = rest.get("/history/task")
    assert (task["taskState"], "caseDefinitionName" in task) == ("Created", False)
    rest.post(f"/task/{task['id']}/assignee", {"userId": "kermit"})
    assert rest.get("/history/task")[0]["taskState"] == "Updated"


def test_job_definitions_are_sorted(rest: Rest) -> None:
    rest.deploy(line(external_task("b", asyncBefore="true"), timer("a"), external_task("c", asyncBefore="true")))
    found = rest.get("/job-definition", sortBy="activityId", sortOrder="asc")
    assert [each["activityId"] for each in found] == ["a", "b", "c"]
    levels = [{"sortBy": "jobType", "sortOrder": "desc"}, {"sortBy": "activityId", "sortOrder": "desc"}]
    assert [each["activityId"] for each in rest.post("/job-definition", {"sorting": levels})] == ["a", "c", "b"]

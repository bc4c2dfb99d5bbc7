"""What persons add to user tasks: comments, files and links."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.dialects.camunda.rest import DATE, Rest, line, refusal, user_task


@pytest.fixture
def task(rest: Rest) -> Any:
    """Return an open user task."""
    rest.deploy(line(user_task()))
    rest.start()
    return rest.get("/task")[0]


def test_a_comment_is_answered_in_full(rest: Rest, task: Any) -> None:
    path = f"/task/{task['id']}/comment"
    made = rest.post(f"{path}/create", {"message": "Called the customer"})
    (link,) = made.pop("links")
    assert (link["method"], link["rel"]) == ("GET", "self")
    assert link["href"].endswith(f"/engine-rest{path}/{made['id']}")
    assert rest.get(f"{path}/{made['id']}") == {**made, "links": []}
    assert re.fullmatch(DATE, made.pop("time"))
    assert made == {
        "id": made["id"],
        "userId": "tester",
        "taskId": task["id"],
        "message": "Called the customer",
        "processInstanceId": task["processInstanceId"],
        "rootProcessInstanceId": task["processInstanceId"],
        "removalTime": None,
    }


def test_comments_are_listed_changed_and_deleted(rest: Rest, task: Any) -> None:
    paths = f"/task/{task['id']}/comment", f"/process-instance/{task['processInstanceId']}/comment"
    ids = [rest.post(f"{paths[0]}/create", {"message": text})["id"] for text in ("one", "two", "three")]

    def texts() -> list[str]:
        found = [sorted(comment["message"] for comment in rest.get(path)) for path in paths]
        assert found[0] == found[1]
        return found[0]

    assert texts() == ["one", "three", "two"]
    rest.put(paths[0], {"id": ids[0], "message": "eins"})
    rest.put(paths[1], {"id": ids[1], "message": "zwei"})
    rest.delete(f"{paths[0]}/{ids[2]}")
    assert texts() == ["eins", "zwei"]
    rest.delete(f"{paths[1]}/{ids[1]}")
    assert texts() == ["eins"]
    rest.delete(paths[1])
    assert texts() == []


def test_comments_outlive_their_task_and_go_with_their_instance(rest: Rest, task: Any) -> None:
    path = f"/task/{task['id']}/comment"
    rest.post(f"{path}/create", {"message": "done"})
    rest.post(f"/task/{task['id']}/complete")
    assert [comment["message"] for comment in rest.get(path)] == ["done"]
    rest.delete(f"/history/process-instance/{task['processInstanceId']}")
    assert rest.answer("GET", path)[0] == 404


def test_impossible_comments_are_refused(rest: Rest, task: Any) -> None:
    path = f"/task/{task['id']}/comment"
    assert rest.answer("POST", f"{path}/create", {}) == refusal(
        400, "InvalidRequestException", "Not enough parameters submitted"
    )
    assert rest.answer("POST", "/task/nope/comment/create", {"message": "a"}) == refusal(
        400, "InvalidRequestException", "No task found for task id nope"
    )
    missing = refusal(
        404, "InvalidRequestException", f"Task comment with id x does not exist for task id '{task['id']}'."
    )
    assert rest.answer("GET", f"{path}/x") == missing
    assert rest.answer("DELETE", f"{path}/x") == missing
    assert rest.answer("PUT", path, {"id": "x", "message": "a"}) == missing


def test_a_file_is_attached_and_read(rest: Rest, task: Any) -> None:
    path = f"/task/{task['id']}/attachment"
    parts: dict[str, Any] = {"attachment_name": "invoice", "attachment_type": "application/pdf", "content": b"%PDF"}
    status, made = rest.upload(f"{path}/create", **parts)
    assert (status, made["links"][0]["rel"]) == (200, "self")
    plain = {**made, "links": []}
    assert rest.get(path) == [plain]
    assert rest.get(f"{path}/{made['id']}") == plain
    assert {name: plain[name] for name in ("name", "type", "url", "description", "taskId")} == {
        "name": "invoice",
        "type": "application/pdf",
        "url": None,
        "description": None,
        "taskId": task["id"],
    }
    data = rest.call("GET", f"{path}/{made['id']}/data")
    assert (data.data, data.headers["Content-Type"]) == (b"%PDF", "application/octet-stream")
    rest.delete(f"{path}/{made['id']}")
    assert rest.get(path) == []


def test_a_link_is_attached_without_content(rest: Rest, task: Any) -> None:
    path = f"/task/{task['id']}/attachment"
    _, made = rest.upload(f"{path}/create", url="https://example.test/a")
    assert made["url"] == "https://example.test/a"
    assert rest.answer("GET", f"{path}/{made['id']}/data") == refusal(
        404,
        "InvalidRequestException",
        f"Attachment content for attachment with id '{made['id']}' does not exist for task id '{task['id']}'.",
    )


def test_impossible_attachments_are_refused(rest: Rest, task: Any) -> None:
    path = f"/task/{task['id']}/attachment"
    assert rest.upload(f"{path}/create", attachment_name="a") == refusal(
        400,
        "InvalidRequestException",
        "No content or url to remote content exists to create the task attachment.",
    )
    assert rest.answer("GET", f"{path}/x") == refusal(
        404, "InvalidRequestException", f"Task attachment with id x does not exist for task id '{task['id']}'."
    )
    assert rest.answer("DELETE", f"{path}/x") == refusal(
        404,
        "InvalidRequestException",
        f"Deletion is not possible. No attachment exists for task id '{task['id']}' and attachment id 'x'.",
    )


def test_a_task_tells_on_request_whether_there_are_remarks(rest: Rest, task: Any) -> None:
    def remarked(**parameters: Any) -> list[tuple[Any, Any]]:
        found = rest.get("/task", withCommentAttachmentInfo="true"), rest.post("/task", parameters)
        return [(each.get("comment"), each.get("attachment")) for (each,) in found]

    assert remarked(withCommentAttachmentInfo=True) == [(False, False)] * 2
    rest.post(f"/task/{task['id']}/comment/create", {"message": "a"})
    assert remarked(withCommentAttachmentInfo=True) == [(True, False)] * 2
    assert remarked() == [(True, False), (None, None)]
    assert rest.get(f"/task/{task['id']}", withCommentAttachmentInfo="true") == {
        **task,
        "comment": True,
        "attachment": False,
    }

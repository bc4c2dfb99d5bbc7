"""What a BPMN error and a service error do: which one event catches, what its path sees, and what an uncaught one
leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.models import ExternalTask, ExternalTaskLog, Incident, InstanceState, ProcessInstance
from tests.builders import bearer, error, external_task, flow, process, task_with_error
from tests.dialects.process_engine.five_minds import (
    MANAGEMENT,
    everything_stored,
    fetch,
    report,
    rows,
    start,
    waiting_task,
)

VERBS = ("handle_bpmn_error", "handle_service_error")


def catching(id: str, attached_to: str, code: str | None, topic: str, **attributes: str) -> str:
    """Return a boundary event, and the task and end event behind it."""
    reference = f' errorRef="error_{code}"' if code else ""
    more = "".join(f' camunda:{name}="{value}"' for name, value in attributes.items())
    return (
        f'<boundaryEvent id="{id}" attachedToRef="{attached_to}"><errorEventDefinition{reference}{more}/>'
        + "</boundaryEvent>"
        + external_task(f"after_{id}", topic)
        + f'<endEvent id="end_{id}"/>'
        + flow(id, f"after_{id}")
        + flow(f"after_{id}", f"end_{id}")
    )


def around(*catchers: str, inner: str = external_task("work"), first: str = "work") -> str:
    """Return start → `first` → end, with catchers beside it."""
    return process(
        '<startEvent id="start"/>',
        inner,
        '<endEvent id="end"/>',
        flow("start", first),
        flow(first, "end"),
        *catchers,
        definitions=error("A") + error("B"),
    )


def within(*catchers: str) -> str:
    """Return a sub-process `sub` with the task `work`, and catchers inside."""
    inside = (
        '<startEvent id="inner_start"/>',
        external_task("work"),
        '<endEvent id="inner_end"/>',
        flow("inner_start", "work"),
        flow("work", "inner_end"),
        *catchers,
    )
    return f'<subProcess id="sub">{"".join(inside)}</subProcess>'


EXACT_AFTER_ALL = around(catching("all", "work", None, "all"), catching("exact", "work", "A", "exact"))
EXACT_BEFORE_ALL = around(catching("exact", "work", "A", "exact"), catching("all", "work", None, "all"))
NEARER_ALL = around(
    catching("outer", "sub", "A", "outer"), inner=within(catching("all", "work", None, "all")), first="sub"
)
OUTER_ONLY = around(
    catching("outer", "sub", "A", "outer"), inner=within(catching("other", "work", "B", "other")), first="sub"
)
HANDLER = (
    '<subProcess id="handler" triggeredByEvent="true">'
    '<startEvent id="raised"><errorEventDefinition errorRef="error_A"/>'
    f'</startEvent>{external_task("handle", "handler")}<endEvent id="handled"/>'
    f"{flow('raised', 'handle')}{flow('handle', 'handled')}</subProcess>"
)
BOUNDARY_BEFORE_HANDLER = around(HANDLER, catching("all", "work", None, "all"))
HANDLER_ONLY = around(HANDLER, catching("other", "work", "B", "other"))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("model", "code", "topic"),
    [
        (EXACT_AFTER_ALL, "A", "exact"),
        (EXACT_AFTER_ALL, "C", "all"),
        (EXACT_BEFORE_ALL, "A", "exact"),
        (EXACT_BEFORE_ALL, "a", "all"),
        (EXACT_BEFORE_ALL, " A", "all"),
        (NEARER_ALL, "A", "all"),
        (OUTER_ONLY, "A", "outer"),
        (OUTER_ONLY, "B", "other"),
        (BOUNDARY_BEFORE_HANDLER, "A", "all"),
        (HANDLER_ONLY, "A", "handler"),
    ],
)
def test_exactly_one_event_catches_the_exact_code_before_all_and_the_nearer_before_the_farther(
    client: FlaskClient, verb: str, model: str, code: str, topic: str
) -> None:
    task_id = waiting_task(client, model)
    assert report(client, task_id, verb, errorCode=code, errorMessage="Process terminated").status_code == 204
    assert [row.topic for row in rows(ExternalTask)] == [topic]
    (task,) = fetch(client, topic)
    assert task["payload"] == {"errorCode": code, "errorMessage": "Process terminated"}
    assert report(client, task["id"], "finish").status_code == 204
    assert (rows(ProcessInstance)[0].state, rows(InstanceState), rows(Incident)) == ("COMPLETED", [], [])


@pytest.mark.parametrize("verb", VERBS)
def test_the_error_is_set_beside_what_the_model_names_and_over_what_was_there(client: FlaskClient, verb: str) -> None:
    names = {"errorCodeVariable": "code", "errorMessageVariable": "message"}
    task_id = waiting_task(
        client, around(catching("exact", "work", "A", "exact", **names)), inputValues={"errorCode": 1, "kept": [2]}
    )
    assert report(client, task_id, verb, errorCode="A", errorMessage="m").status_code == 204
    expected: dict[str, Any] = {"errorCode": "A", "errorMessage": "m", "code": "A", "message": "m", "kept": [2]}
    assert fetch(client, "exact")[0]["payload"] == expected


FORKED = process(
    '<startEvent id="start"/><parallelGateway id="fork"/>',
    external_task("work"),
    external_task("other", "other"),
    '<userTask id="person"/><endEvent id="end"/>',
    *(flow("fork", each) + flow(each, "end") for each in ("work", "other", "person")),
    flow("start", "fork"),
)


@pytest.mark.parametrize("verb", VERBS)
def test_an_uncaught_error_ends_the_instance_closes_all_that_is_open_and_leaves_an_incident(
    client: FlaskClient, verb: str
) -> None:
    task_id = waiting_task(client, FORKED)
    (other,) = fetch(client, "other", workerId="w2")
    assert report(client, task_id, verb, errorCode="A", errorMessage="why").status_code == 204
    (instance,) = rows(ProcessInstance)
    assert (instance.state, instance.error_code) == ("INTERNALLY_TERMINATED", "A")
    assert (rows(ExternalTask), rows(InstanceState)) == ([], [])
    (incident,) = rows(Incident)
    assert (incident.kind, "A" in str(incident.message), "why" in str(incident.message)) == (
        "unhandledBpmnError",
        True,
        True,
    )
    outcomes = {
        row.activity_id: (row.outcome, row.error_code)
        for row in rows(ExternalTaskLog, ExternalTaskLog.outcome.is_null(False))
    }
    ending = "error" if verb == "handle_bpmn_error" else "service error"
    assert outcomes == {"work": (ending, "A"), "other": ("cancelled", None)}
    before = everything_stored()
    reports: dict[str, dict[str, Any]] = {
        "finish": {},
        "extend_lock": {"additionalDuration": 1},
        "handle_bpmn_error": {"errorCode": "A"},
        "handle_service_error": {},
    }
    for worker, id in (("w1", task_id), ("w2", str(other["id"]))):
        assert [report(client, id, each, workerId=worker, **body).status_code for each, body in reports.items()] == [
            410
        ] * 4
    assert everything_stored() == before
    told = client.get(f"{MANAGEMENT}/process_instances/{instance.id}", headers=bearer()).get_json()
    assert (told["state"], told["error"]["code"]) == ("error", "A")
    assert fetch(client) == []


def test_a_service_error_without_a_code_is_caught_by_no_exact_code(client: FlaskClient) -> None:
    task_id = waiting_task(client, EXACT_BEFORE_ALL)
    assert report(client, task_id, "handle_service_error", errorMessage="m").status_code == 204
    assert fetch(client, "all")[0]["payload"] == {"errorCode": "", "errorMessage": "m"}


@pytest.mark.parametrize("verb", VERBS)
def test_when_the_engine_fails_everything_is_as_before_and_the_task_is_still_its_workers(
    client: FlaskClient, verb: str
) -> None:
    broken = task_with_error("A").replace(
        'sourceRef="caught" targetRef="repair">',
        'sourceRef="caught" targetRef="repair"><conditionExpression xsi:type="tFormalExpression">${nobody}'
        "</conditionExpression>",
    )
    task_id = waiting_task(client, broken)
    before = everything_stored()
    answer = report(client, task_id, verb, errorCode="A")
    assert (answer.status_code, answer.content_type, list(answer.get_json())) == (500, "application/json", ["message"])
    assert everything_stored() == before
    assert report(client, task_id, verb, errorCode="A", workerId="w2").status_code == 423
    assert report(client, task_id, "finish").status_code == 204


def test_one_error_ends_its_own_instance_only(client: FlaskClient) -> None:
    first = waiting_task(client)
    start(client)
    (second,) = fetch(client)
    assert report(client, first, "handle_bpmn_error", errorCode="A").status_code == 204
    assert report(client, second["id"], "finish").status_code == 204
    assert sorted(row.state for row in rows(ProcessInstance)) == ["COMPLETED", "INTERNALLY_TERMINATED"]

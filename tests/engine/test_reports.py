"""What workers report moves their processes on, in the same transaction."""

from __future__ import annotations

import pytest

from app import signals
from app.bpmn.commands import Policy
from app.errors import ErrorNotCaught, ExpressionFailed, TaskFinished
from app.models import ActivityInstance, ExternalTask, ExternalTaskLog, InstanceState, ProcessInstance
from app.records.reports import Completion, Failure
from app.services.external_tasks.fetch_requests import TopicRequest
from tests.builders import error, error_boundary, external_task, flow, one_task, process, task_with_error
from tests.engine.models import END, START, calling, chain
from tests.engine.scene import ME, Scene, typed


def test_a_completed_task_lets_its_process_go_on(scene: Scene) -> None:
    scene.deploy(chain(("one", external_task("one")), ("two", external_task("two"))))
    id = scene.start(a=1)
    scene.complete("one", a=2, b=3)
    assert scene.tasks() == ["two"]
    assert scene.variables(id) == {"a": 2, "b": 3}
    scene.complete("two")
    assert scene.state(id) == "COMPLETED"
    assert scene.visited(id) == ["end", "one", "start", "two"]
    assert scene.variables(id, live=0) == {"a": 2, "b": 3}
    assert scene.count(InstanceState) == 0
    assert sorted((row.kind, row.activity_id) for row in scene.rows(ExternalTaskLog)) == [
        (0, "one"),
        (0, "two"),
        (2, "one"),
        (2, "two"),
    ]


def test_a_bpmn_error_takes_the_error_path(scene: Scene) -> None:
    scene.deploy(task_with_error())
    id = scene.start()
    assert scene.raise_error("work", "OUT_OF_STOCK") is True
    assert scene.tasks() == ["repair"]
    scene.complete("repair")
    assert scene.visited(id) == ["caught", "repair", "repaired", "start"]
    [work] = scene.rows(ActivityInstance, ActivityInstance.activity_id == "work")
    assert work.canceled is True


def test_a_failed_expression_rolls_the_report_back(scene: Scene) -> None:
    scene.deploy(
        process(
            START,
            external_task(),
            '<exclusiveGateway id="choice"/>',
            END,
            flow("start", "work"),
            flow("work", "choice"),
            flow("choice", "end", "${missing}"),
            flow("choice", "work", "${!missing}"),
        )
    )
    id = scene.start()
    task_id = scene.lock("work")
    with pytest.raises(ExpressionFailed, match="missing"):
        scene.service.complete(ME, task_id, Completion("worker", typed({"a": 1})))
    [task] = scene.rows(ExternalTask)
    assert (task.worker_id, task.ready) == ("worker", 0)
    assert scene.variables(id) == {}
    scene.service.complete(ME, task_id, Completion("worker", typed({"missing": True})))
    assert scene.state(id) == "COMPLETED"


def test_the_default_policy_ends_the_token_and_opens_an_incident(scene: Scene) -> None:
    scene.deploy(task_with_error())
    id = scene.start()
    assert scene.raise_error("work", "STRANGE", "never seen") is False
    assert scene.state(id) == "COMPLETED"
    [incident] = scene.incidents()
    assert (incident.kind, incident.activity_id, incident.process_instance_id) == ("unhandledBpmnError", "work", id)
    for part in ("STRANGE", "never seen", "OUT_OF_STOCK"):
        assert part in incident.message


def test_the_policy_silent_leaves_no_incident(scene: Scene) -> None:
    scene.deploy(task_with_error())
    id = scene.start()
    scene.raise_error("work", "STRANGE", policy="silent")
    assert (scene.state(id), scene.incidents()) == ("COMPLETED", [])


def test_the_policy_reject_rolls_everything_back(scene: Scene) -> None:
    scene.deploy(task_with_error())
    id = scene.start()
    with pytest.raises(ErrorNotCaught):
        scene.raise_error("work", "STRANGE", policy="reject", variables=typed({"a": 1}))
    assert (scene.state(id), scene.tasks(), scene.variables(id)) == ("ACTIVE", ["work"], {})


def test_the_policy_abort_ends_the_whole_tree_with_the_error(scene: Scene) -> None:
    scene.deploy(task_with_error(id="called"), calling())
    id = scene.start()
    scene.raise_error("work", "STRANGE", "never seen", policy="abort")
    records = scene.rows(ProcessInstance)
    assert [record.state for record in records] == ["INTERNALLY_TERMINATED", "INTERNALLY_TERMINATED"]
    root = scene.instance(id)
    assert root.error_code == "STRANGE"
    assert "never seen" in root.delete_reason
    assert scene.tasks() == []
    assert [incident.kind for incident in scene.incidents()] == ["unhandledBpmnError"]


@pytest.mark.parametrize("policy", ["incident", "abort"])
def test_an_unhandled_error_stays_visible_after_the_instance_has_ended(scene: Scene, policy: Policy) -> None:
    scene.deploy(one_task())
    id = scene.start()
    scene.raise_error("work", "E", policy=policy)
    assert scene.instance(id).ended_at is not None
    assert [incident.state for incident in scene.incidents()] == ["open"]


def test_an_uncaught_error_keeps_the_task_until_the_continuation_has_run(scene: Scene) -> None:
    scene.deploy(chain(("work", external_task(asyncAfter="true")), ("after", external_task("after"))))
    scene.start()
    scene.raise_error("work", "E")
    assert scene.tasks() == ["work"]
    assert scene.service.fetch_and_lock(ME, "other", 10, [TopicRequest("work", 1000)]) == []
    scene.components.job_runner.run_due()
    assert scene.tasks() == []
    assert sorted(row.kind for row in scene.rows(ExternalTaskLog)) == [0, 3]


DEFINED = process(
    START,
    external_task(
        inner="<extensionElements><camunda:errorEventDefinition id='d' errorRef='error_E' "
        "expression=\"${externalTask.getErrorMessage() == 'fatal'}\"/></extensionElements>"
    ),
    error_boundary("work", "E"),
    external_task("repair"),
    END,
    flow("start", "work"),
    flow("work", "end"),
    flow("caught", "repair"),
    flow("repair", "end"),
    definitions=error("E"),
)


def test_an_error_event_definition_makes_an_error_of_a_failure(scene: Scene) -> None:
    scene.deploy(DEFINED)
    scene.start()
    scene.service.report_failure(ME, scene.lock("work"), Failure("worker", error_message="fatal", retries=3))
    assert scene.tasks() == ["repair"]
    assert sorted(row.kind for row in scene.rows(ExternalTaskLog)) == [0, 0, 3]


def test_a_failure_that_matches_nothing_stays_a_failure(scene: Scene) -> None:
    scene.deploy(DEFINED)
    id = scene.start()
    task_id = scene.lock("work")
    scene.service.report_failure(
        ME,
        task_id,
        Failure("worker", error_message="mild", retries=3, retry_timeout_ms=0, variables=typed({"seen": 1})),
    )
    assert scene.tasks() == ["work"]
    assert scene.variables(id) == {"seen": 1}


def test_a_task_is_announced_after_the_commit(scene: Scene) -> None:
    scene.deploy(chain(("one", external_task("one", "first")), ("two", external_task("two", "second"))))
    heard = []

    def listen(sender: object, *, topics: dict[str, int]) -> None:
        heard.append(dict(topics))

    with signals.tasks_available.connected_to(listen, sender=scene.database):
        scene.start()
        scene.complete("one")
    assert {"first": 1} in heard
    assert heard[-1] == {"second": 1}


def test_a_second_report_finds_the_task_finished(scene: Scene) -> None:
    scene.deploy(one_task())
    scene.start()
    task_id = scene.lock("work")
    scene.service.complete(ME, task_id, Completion("worker"))
    with pytest.raises(TaskFinished):
        scene.service.complete(ME, task_id, Completion("worker"))


def test_a_loop_does_not_grow_what_a_step_loads(scene: Scene) -> None:
    scene.deploy(
        process(
            START,
            '<exclusiveGateway id="again"/>',
            external_task(),
            '<exclusiveGateway id="enough" default="enough_again"/>',
            END,
            flow("start", "again"),
            flow("again", "work"),
            flow("work", "enough"),
            flow("enough", "again"),
            flow("enough", "end", "${round == 30}"),
        )
    )
    id = scene.start(round=0)
    sizes = []
    for number in range(1, 31):
        [state] = scene.rows(InstanceState)
        sizes.append(len(state.body))
        scene.complete("work", round=number)
    assert len(set(sizes)) == 1
    assert scene.state(id) == "COMPLETED"
    assert scene.variables(id, live=0) == {"round": 30}


@pytest.mark.parametrize(("policy", "state"), [(None, "COMPLETED"), ("abort", "INTERNALLY_TERMINATED")])
def test_an_error_end_event_behind_a_completed_task_follows_the_dialects_policy(
    scene: Scene, policy: Policy | None, state: str
) -> None:
    ends = '<endEvent id="failed"><errorEventDefinition errorRef="lost"/></endEvent>'
    scene.deploy(process(START, external_task(), ends, flow("start", "work"), flow("work", "failed")))
    id = scene.start()
    scene.service.complete(ME, scene.lock("work"), Completion("worker", policy=policy))
    assert scene.state(id) == state
    assert [incident.kind for incident in scene.incidents()] == ["unhandledBpmnError"]

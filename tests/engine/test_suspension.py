"""Suspended instances and definitions stand still; what waits is kept."""

from __future__ import annotations

import pytest

from app import clock, signals
from app.errors import DefinitionNotFound, InvalidInput, ProcessInstanceNotFound, Suspended
from app.models import (
    ActivityInstance,
    EventSubscription,
    ExternalTask,
    InstanceState,
    Job,
    ProcessDefinition,
    UserTask,
)
from app.records.reports import BpmnError, Completion
from app.services.external_tasks.fetch_requests import TopicRequest
from tests.builders import external_task, flow, one_task, process
from tests.engine.models import END, START, calling, catch, chain, started_by, timer, waiting_for_message
from tests.engine.scene import ME, Scene


def suspend(scene: Scene, id: str, suspended: bool = True) -> None:
    """Suspend or activate one instance."""
    scene.components.process_instances.suspend(ME, instance_id=id, suspended=suspended)


def flags(scene: Scene) -> list[tuple[int, bool]]:
    """Return whether each task may be fetched and whether it is suspended."""
    return [(task.ready, task.suspended) for task in scene.rows(ExternalTask)]


def test_a_suspended_instance_refuses_progress_and_goes_on_afterwards(scene: Scene) -> None:
    scene.deploy(one_task())
    id = scene.start()
    task_id = scene.lock("work")
    suspend(scene, id)
    assert scene.state(id) == "SUSPENDED"
    with pytest.raises(Suspended):
        scene.service.complete(ME, task_id, Completion("worker"))
    with pytest.raises(Suspended):
        scene.service.handle_bpmn_error(ME, task_id, BpmnError("worker", "E"))
    suspend(scene, id, False)
    scene.service.complete(ME, task_id, Completion("worker"))
    assert scene.state(id) == "COMPLETED"


def test_tasks_of_a_suspended_instance_are_not_handed_out(scene: Scene) -> None:
    scene.deploy(one_task())
    id = scene.start()
    suspend(scene, id)
    assert flags(scene) == [(0, True)]
    topics = [TopicRequest("work", 1000)]
    assert scene.service.fetch_and_lock(ME, "worker", 10, topics) == []
    suspend(scene, id, False)
    assert flags(scene) == [(1, False)]
    assert len(scene.service.fetch_and_lock(ME, "worker", 10, topics)) == 1


def test_activation_announces_the_tasks_but_keeps_locks_and_lost_retries(scene: Scene) -> None:
    scene.deploy(one_task())
    ids = [scene.start() for _ in range(3)]
    scene.lock("work")
    tasks = scene.rows(ExternalTask)
    scene.service.set_retries(ME, tasks[1].id, 0)
    for id in ids:
        suspend(scene, id)
    heard: list[dict[str, int]] = []

    def listen(sender: object, *, topics: dict[str, int]) -> None:
        heard.append(dict(topics))

    with signals.tasks_available.connected_to(listen, sender=scene.database):
        for id in ids:
            suspend(scene, id, False)
    assert flags(scene) == [(0, False), (0, False), (1, False)]
    assert heard == [{"work": 1}]


def test_a_task_that_begins_in_a_suspended_instance_is_suspended_too(scene: Scene) -> None:
    scene.deploy(one_task(id="called"), calling())
    id = scene.start()
    suspend(scene, id)
    assert scene.rows(InstanceState)[0].suspended
    scene.complete("work")
    assert flags(scene) == [(0, True)]
    suspend(scene, id, False)
    assert flags(scene) == [(1, False)]
    assert not scene.rows(InstanceState)[0].suspended


def test_jobs_of_a_suspended_instance_do_not_run(scene: Scene) -> None:
    scene.deploy(chain(("wait", catch("wait", timer("PT1H"))), ("work", external_task())))
    with clock.frozen():
        id = scene.start()
        suspend(scene, id)
        clock.advance(3_600_000)
        assert scene.components.job_runner.run_due() == 0
        suspend(scene, id, False)
        assert scene.components.job_runner.run_due() == 1


def test_user_tasks_of_a_suspended_instance_refuse_everything(scene: Scene) -> None:
    scene.deploy(chain(("ask", '<userTask id="ask"/>')))
    id = scene.start()
    suspend(scene, id)
    [task] = scene.rows(UserTask)
    for verb in (
        lambda: scene.components.user_tasks.complete(ME, task.id),
        lambda: scene.components.user_tasks.claim(ME, task.id, "mary"),
    ):
        with pytest.raises(Suspended):
            verb()


def test_a_definition_is_suspended_with_or_without_its_instances(scene: Scene) -> None:
    [definition] = scene.deploy(one_task()).definitions
    id = scene.start()
    instances = scene.components.process_instances
    instances.suspend(ME, definition_id=definition.id, suspended=True)
    assert (scene.rows(ProcessDefinition)[0].suspended, scene.state(id)) == (True, "ACTIVE")
    instances.suspend(ME, definition_id=definition.id, suspended=True, include_instances=True)
    assert (scene.state(id), flags(scene)) == ("SUSPENDED", [(0, True)])
    instances.suspend(ME, definition_key="process", suspended=False, include_instances=True)
    assert (scene.state(id), flags(scene)) == ("ACTIVE", [(1, False)])


def test_a_key_can_be_suspended_in_one_tenant(scene: Scene) -> None:
    for tenant_id in (None, "a"):
        scene.deploy(one_task(), tenant_id=tenant_id)
    scene.components.process_instances.suspend(
        ME, definition_key="process", suspended=True, tenant_id="a", any_tenant=False
    )
    rows = scene.rows(ProcessDefinition)
    assert sorted((str(row.tenant_id), row.suspended) for row in rows) == [("None", False), ("a", True)]


def test_a_suspended_definition_starts_nothing_by_timer(scene: Scene) -> None:
    scene.deploy(started_by(timer("PT1H")))
    scene.components.process_instances.suspend(ME, definition_key="process", suspended=True)
    assert [job.suspended for job in scene.rows(Job)] == [True]
    with clock.frozen():
        clock.advance(4_000_000)
        assert scene.components.job_runner.run_due() == 0


def test_a_boundary_timer_of_a_suspended_instance_waits(scene: Scene) -> None:
    scene.deploy(
        process(
            START,
            external_task(),
            f'<boundaryEvent id="late" attachedToRef="work">{timer("PT1H")}</boundaryEvent>',
            END,
            flow("start", "work"),
            flow("work", "end"),
            flow("late", "end"),
        )
    )
    id = scene.start()
    suspend(scene, id)
    assert [job.suspended for job in scene.jobs()] == [True]


def test_what_is_not_there_cannot_be_suspended(scene: Scene) -> None:
    with pytest.raises(ProcessInstanceNotFound):
        suspend(scene, "nowhere")
    with pytest.raises(DefinitionNotFound):
        scene.components.process_instances.suspend(ME, definition_id="nowhere", suspended=True)
    with pytest.raises(DefinitionNotFound):
        scene.components.process_instances.suspend(ME, definition_key="nowhere", suspended=True)
    with pytest.raises(InvalidInput):
        scene.components.process_instances.suspend(ME, suspended=True)


def test_an_execution_of_a_suspended_instance_gets_no_signal_and_no_message(scene: Scene) -> None:
    scene.deploy(waiting_for_message(), chain(("wait", '<receiveTask id="wait"/>'), id="receiving"))
    for key in ("process", "receiving"):
        suspend(scene, scene.start(key))
    [message] = scene.rows(EventSubscription)
    with pytest.raises(Suspended):
        scene.components.messages.deliver(ME, message.execution_id, "paid")
    [receiving] = scene.rows(ActivityInstance, ActivityInstance.activity_type == "receiveTask")
    with pytest.raises(Suspended):
        scene.components.process_instances.signal(ME, receiving.execution_id)


def test_many_instances_are_suspended_in_pieces(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.database.chunks.chunks.__defaults__", (2,))
    scene.deploy(one_task())
    ids = [scene.start() for _ in range(5)]
    scene.components.process_instances.suspend(ME, definition_key="process", suspended=True, include_instances=True)
    assert {scene.state(id) for id in ids} == {"SUSPENDED"}
    scene.components.process_instances.suspension.of_instances(ids, False)
    assert {scene.state(id) for id in ids} == {"ACTIVE"}
    deployment = scene.rows(ProcessDefinition)[0].deployment_id
    scene.components.deployments.delete(ME, deployment, cascade=True)
    assert scene.count(ExternalTask) == 0

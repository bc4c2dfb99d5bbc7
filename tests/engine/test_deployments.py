"""Deploying models, and deleting deployments."""

from __future__ import annotations

import pytest

from app.errors import Forbidden, InvalidInput, ModelRefused, NotFound, Refused
from app.identity import Identity
from app.models import TABLES, Deployment, DeploymentResource, EventSubscription, Job, ProcessDefinition
from tests.builders import one_task, task_with_error
from tests.engine.models import message, on_message, on_signal, signal, started_by, timer
from tests.engine.scene import ME, Scene

STARTED_BY_MESSAGE = started_by(on_message("order"), message("order"))


def test_a_process_gets_its_first_version(scene: Scene) -> None:
    result = scene.deploy(one_task(versionTag="v1", historyTimeToLive="P7D"))
    [row] = scene.rows(ProcessDefinition)
    assert (row.key, row.version, row.version_tag, row.history_ttl_days) == ("process", 1, "v1", 7)
    assert row.id.startswith("process:1:")
    assert (row.deployment_id, row.resource_name) == (result.deployment.id, "model0.bpmn")
    assert [definition.id for definition in result.definitions] == [row.id]
    assert result.duplicate is False


def test_versions_are_counted_by_key_and_tenant(scene: Scene) -> None:
    for tenant_id in (None, None, "a", "b", "a"):
        scene.deploy(one_task(), tenant_id=tenant_id)
    versions = [(row.tenant_id, row.version) for row in scene.rows(ProcessDefinition)]
    assert sorted(versions, key=str) == [("a", 1), ("a", 2), ("b", 1), (None, 1), (None, 2)]


def test_a_long_key_makes_the_id_a_bare_uuid(scene: Scene) -> None:
    [row] = scene.deploy(one_task(id="k" * 40)).definitions
    assert len(row.id) == 36
    assert ":" not in row.id


def test_the_same_files_again_are_the_earlier_deployment(scene: Scene) -> None:
    first = scene.deploy(one_task(), duplicate_filtering=True)
    again = scene.deploy(one_task(), duplicate_filtering=True)
    assert (again.deployment.id, again.duplicate, again.definitions) == (first.deployment.id, True, [])
    assert scene.count(Deployment) == 1


def test_another_name_or_tenant_is_no_duplicate(scene: Scene) -> None:
    scene.deploy(one_task(), duplicate_filtering=True)
    assert scene.deploy(one_task(), duplicate_filtering=True, name="other").duplicate is False
    assert scene.deploy(one_task(), duplicate_filtering=True, tenant_id="a").duplicate is False


def test_without_filtering_the_same_files_make_a_new_version(scene: Scene) -> None:
    scene.deploy(one_task())
    assert scene.deploy(one_task()).definitions[0].version == 2


def test_one_changed_file_deploys_all_of_them(scene: Scene) -> None:
    scene.deploy(one_task(id="a"), one_task(id="b"), duplicate_filtering=True)
    result = scene.deploy(one_task(id="a"), one_task("other", id="b"), duplicate_filtering=True)
    assert [(row.key, row.version) for row in result.definitions] == [("a", 2), ("b", 2)]


def test_changed_only_deploys_just_the_changed_file(scene: Scene) -> None:
    scene.deploy(one_task(id="a"), one_task(id="b"))
    result = scene.deploy(one_task(id="a"), one_task("other", id="b"), changed_only=True)
    assert [(row.key, row.version) for row in result.definitions] == [("b", 2)]
    back = scene.deploy(one_task(id="a"), one_task(id="b"), changed_only=True)
    assert [(row.key, row.version) for row in back.definitions] == [("b", 3)]


def test_other_files_are_kept_and_not_parsed(scene: Scene) -> None:
    resources = [("a.bpmn20.xml", one_task().encode()), ("form.html", b"<p>"), ("picture.png", b"\x89PNG")]
    result = scene.components.deployments.deploy(ME, "test", resources)
    assert [row.resource_name for row in result.definitions] == ["a.bpmn20.xml"]
    kept = {row.name: bytes(row.content) for row in scene.rows(DeploymentResource)}
    assert kept == dict(resources)


def test_a_refused_model_leaves_nothing_behind(scene: Scene) -> None:
    with pytest.raises(ModelRefused) as refused:
        scene.deploy(one_task(), "<definitions/>")
    assert refused.value.resource == "model1.bpmn"
    assert scene.count(Deployment) == 0


def test_one_key_twice_in_a_deployment_is_refused(scene: Scene) -> None:
    with pytest.raises(ModelRefused, match="definitions with the same key 'process'"):
        scene.deploy(one_task(), one_task("other"))


def test_a_deployment_needs_files_with_names(scene: Scene) -> None:
    for resources in ([], [("", b"x")], [("n" * 300, b"x")], [(f"{n}", b"") for n in range(1001)]):
        with pytest.raises(InvalidInput):
            scene.components.deployments.deploy(ME, "test", resources)


def test_deploying_and_deleting_need_the_claim(scene: Scene) -> None:
    nobody = Identity("nobody", frozenset())
    with pytest.raises(Forbidden):
        scene.components.deployments.deploy(nobody, "test", [("a.bpmn", one_task().encode())])
    with pytest.raises(Forbidden):
        scene.components.deployments.delete(nobody, "x")


def test_only_the_latest_version_waits_for_its_start_message(scene: Scene) -> None:
    scene.deploy(STARTED_BY_MESSAGE)
    second = scene.deploy(STARTED_BY_MESSAGE).definitions[0]
    [row] = scene.rows(EventSubscription)
    assert (row.kind, row.name, row.activity_id, row.definition_id) == ("message", "order", "begin", second.id)
    assert row.execution_id is None


def test_deleting_the_latest_version_gives_the_one_before_its_start_events_back(scene: Scene) -> None:
    first = scene.deploy(started_by(timer("R/PT1H", "timeCycle"))).definitions[0]
    second = scene.deploy(STARTED_BY_MESSAGE)
    assert scene.jobs() == []
    scene.components.deployments.delete(ME, second.deployment.id)
    assert scene.waits_for() == []
    [job] = scene.jobs()
    assert (job.kind, job.definition_id, job.activity_id) == ("timer-start", first.id, "begin")


def test_a_new_version_without_start_events_takes_them_away(scene: Scene) -> None:
    scene.deploy(started_by(on_signal("alarm"), signal("alarm")))
    assert scene.waits_for() == [("signal", "alarm", True)]
    scene.deploy(one_task())
    assert scene.waits_for() == []


def test_two_processes_may_not_start_by_one_message(scene: Scene) -> None:
    scene.deploy(STARTED_BY_MESSAGE)
    with pytest.raises(ModelRefused, match="already is a message event subscription for the message with name 'order'"):
        scene.deploy(started_by(on_message("order"), message("order"), id="other"))
    assert scene.count(ProcessDefinition) == 1


def test_deleting_is_refused_while_instances_run(scene: Scene) -> None:
    result = scene.deploy(one_task())
    id = scene.start()
    with pytest.raises(Refused, match="1 of its process instances"):
        scene.components.deployments.delete(ME, result.deployment.id)
    assert scene.state(id) == "ACTIVE"


def test_deleting_without_cascade_keeps_the_history(scene: Scene) -> None:
    result = scene.deploy(one_task())
    id = scene.start()
    scene.complete("work")
    scene.components.deployments.delete(ME, result.deployment.id)
    assert scene.count(ProcessDefinition) == 0
    assert scene.visited(id) == ["end", "start", "work"]


def test_deleting_with_cascade_leaves_nothing(scene: Scene) -> None:
    result = scene.deploy(task_with_error(), started_by(timer("PT1H"), id="other"))
    scene.start(a=1)
    scene.start()
    scene.raise_error("work", "OUT_OF_STOCK")
    scene.complete("work")
    scene.components.deployments.delete(ME, result.deployment.id, cascade=True)
    assert {table.__name__: scene.count(table) for table in TABLES if scene.count(table)} == {}


def test_a_deployment_that_is_not_there_cannot_be_deleted(scene: Scene) -> None:
    with pytest.raises(NotFound, match="There is no deployment with id 'nowhere'"):
        scene.components.deployments.delete(ME, "nowhere")


def test_a_timer_that_is_no_timer_refuses_the_deployment(scene: Scene) -> None:
    with pytest.raises(ModelRefused) as refused:
        scene.deploy(started_by(timer("tomorrow")))
    assert refused.value.problems[0].element_id == "begin"
    assert scene.count(Job) == 0

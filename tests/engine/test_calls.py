"""Call activities: which definition they call, and what the records say of caller and called."""

from __future__ import annotations

import pytest

from app.errors import EngineFailed
from app.models import ActivityInstance, ExternalTask, InstanceState, ProcessInstance
from tests.builders import error, error_boundary, external_task, flow, one_task, process, task_with_error
from tests.engine.models import END, START, calling
from tests.engine.scene import ME, Scene


def topics(scene: Scene) -> list[str]:
    """Return the topics of the open tasks."""
    return sorted(task.topic for task in scene.rows(ExternalTask))


def test_a_called_process_runs_in_the_tree_of_its_caller(scene: Scene) -> None:
    scene.deploy(one_task(id="called"), calling(mappings='<camunda:in businessKey="#{execution.processBusinessKey}"/>'))
    id = scene.start(business_key="b")
    [called] = [row for row in scene.rows(ProcessInstance) if row.id != id]
    assert (called.root_id, called.super_instance_id, called.definition_key) == (id, id, "called")
    [call] = scene.rows(ActivityInstance, ActivityInstance.activity_id == "call")
    assert (call.called_instance_id, call.execution_id) == (called.id, called.super_execution_id)
    [task] = scene.rows(ExternalTask)
    assert (task.process_instance_id, task.root_id, task.business_key) == (called.id, id, "b")
    assert [row.id for row in scene.rows(InstanceState)] == [id]
    scene.complete("work")
    assert (scene.state(called.id), scene.tasks()) == ("COMPLETED", ["after"])


def test_variables_go_in_and_out_as_mapped(scene: Scene) -> None:
    mappings = '<camunda:in source="a" target="b"/><camunda:out source="c" target="d"/>'
    scene.deploy(one_task(id="called"), calling(mappings=mappings))
    id = scene.start(a=1)
    [called] = [row.id for row in scene.rows(ProcessInstance) if row.id != id]
    assert scene.variables(called) == {"b": 1}
    scene.complete("work", c=2)
    assert scene.variables(id) == {"a": 1, "d": 2}
    assert scene.variables(called, live=0) == {"b": 1, "c": 2}


@pytest.mark.parametrize(
    ("attributes", "topic"),
    [
        ("", "third"),
        ('camunda:calledElementBinding="latest"', "third"),
        ('camunda:calledElementBinding="deployment"', "second"),
        ('camunda:calledElementBinding="version" camunda:calledElementVersion="1"', "first"),
        ('camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="tag"', "first"),
    ],
)
def test_the_binding_says_which_version_is_called(scene: Scene, attributes: str, topic: str) -> None:
    scene.deploy(one_task("first", id="called", versionTag="tag"))
    scene.deploy(one_task("second", id="called"), calling(attributes=attributes))
    scene.deploy(one_task("third", id="called"))
    scene.start()
    assert topics(scene) == [topic]


def test_the_caller_looks_within_its_own_tenant(scene: Scene) -> None:
    scene.deploy(one_task("shared", id="called"))
    scene.deploy(one_task("of a", id="called"), calling(), tenant_id="a")
    scene.components.process_instances.start(ME, key="process", tenant_id="a")
    assert topics(scene) == ["of a"]


def test_a_call_that_finds_nothing_fails_the_step(scene: Scene) -> None:
    scene.deploy(calling())
    with pytest.raises(EngineFailed, match="no processes deployed with key 'called'"):
        scene.start()
    assert scene.count(ProcessInstance) == 0


def test_a_version_tag_that_two_versions_bear_is_refused(scene: Scene) -> None:
    scene.deploy(one_task("first", id="called", versionTag="tag"))
    scene.deploy(one_task("second", id="called", versionTag="tag"))
    tagged = 'camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="tag"'
    scene.deploy(calling(attributes=tagged))
    with pytest.raises(EngineFailed, match="more than one process deployed with key 'called' and version tag 'tag'"):
        scene.start()


def test_an_error_that_leaves_a_called_process_is_looked_for_in_the_caller(scene: Scene) -> None:
    scene.deploy(one_task(id="called"))
    scene.deploy(
        process(
            START,
            '<callActivity id="call" calledElement="called"/>',
            error_boundary("call", "E"),
            external_task("repair"),
            END,
            flow("start", "call"),
            flow("call", "end"),
            flow("caught", "repair"),
            flow("repair", "end"),
            definitions=error("E"),
        )
    )
    id = scene.start()
    assert scene.raise_error("work", "E") is True
    assert scene.tasks() == ["repair"]
    states = {row.definition_key: row.state for row in scene.rows(ProcessInstance)}
    assert states["process"] == "ACTIVE"
    assert states["called"] != "ACTIVE"
    scene.complete("repair")
    assert scene.state(id) == "COMPLETED"


def test_deleting_the_root_ends_what_it_called(scene: Scene) -> None:
    scene.deploy(task_with_error(id="called"), calling())
    id = scene.start()
    scene.components.process_instances.delete(ME, id)
    assert {row.state for row in scene.rows(ProcessInstance)} == {"EXTERNALLY_TERMINATED"}
    assert scene.tasks() == []


def test_deleting_the_deployment_of_a_called_process_takes_it_out_of_its_callers(scene: Scene) -> None:
    called = scene.deploy(one_task(id="called"))
    scene.deploy(calling())
    id = scene.start()
    scene.components.deployments.delete(ME, called.deployment.id, cascade=True)
    assert [row.id for row in scene.rows(ProcessInstance)] == [id]
    assert scene.tasks() == []

"""Starting process instances, looking at them, changing and deleting them."""

from __future__ import annotations

import json

import pytest

from app.engine.activity_tree import ExecutionNode
from app.errors import (
    DefinitionNotFound,
    Forbidden,
    NoPlainStart,
    NotFound,
    ProcessInstanceNotFound,
    Suspended,
)
from app.identity import ANONYMOUS, Identity
from app.models import ActivityInstance, ExternalTask, ExternalTaskLog, InstanceState, VariableRow
from tests.builders import external_task, flow, one_task, process
from tests.engine.models import END, START, chain, message, on_message, started_by
from tests.engine.scene import ME, Scene, typed


def test_a_started_instance_waits_at_its_task(scene: Scene) -> None:
    [definition] = scene.deploy(one_task(versionTag="v7"), tenant_id=None).definitions
    id = scene.start(business_key="order 1", amount=3)
    [task] = scene.rows(ExternalTask)
    assert (task.activity_id, task.topic, task.ready, task.retries) == ("work", "work", 1, None)
    assert (task.process_instance_id, task.root_id, task.definition_id) == (id, id, definition.id)
    assert (task.definition_key, task.definition_version_tag, task.business_key) == ("process", "v7", "order 1")
    assert json.loads(task.scopes) == [task.execution_id, id]
    assert [(row.kind, row.external_task_id) for row in scene.rows(ExternalTaskLog)] == [(0, task.id)]
    assert scene.variables(id) == {"amount": 3}
    assert sorted((row.activity_id, row.ended_at is None) for row in scene.rows(ActivityInstance)) == [
        ("start", False),
        ("work", True),
    ]


def test_the_record_that_start_returns_is_the_stored_one(scene: Scene) -> None:
    scene.deploy(one_task(), chain(("nothing", '<manualTask id="nothing"/>'), id="short"))
    for key in ("process", "short"):
        started = scene.components.process_instances.start(ME, key=key, business_key="b")
        assert started.__data__ == {**scene.instance(started.id).__data__, "removal_at": None}
        assert started.start_user_id == "tester"


def test_an_instance_without_wait_states_ends_at_once(scene: Scene) -> None:
    scene.deploy(chain(("nothing", '<manualTask id="nothing"/>')))
    id = scene.start(a=1)
    assert scene.state(id) == "COMPLETED"
    assert scene.variables(id) == {}
    assert scene.variables(id, live=0) == {"a": 1}
    assert scene.count(InstanceState) == 0


def test_nobody_is_named_as_the_starter_where_everybody_is_admitted(scene: Scene) -> None:
    scene.deploy(one_task())
    assert scene.components.process_instances.start(ANONYMOUS, key="process").start_user_id is None


def test_the_latest_version_of_the_tenant_is_started(scene: Scene) -> None:
    scene.deploy(one_task())
    scene.deploy(one_task("other"))
    scene.deploy(one_task("third"), tenant_id="a")
    scene.start()
    scene.components.process_instances.start(ME, key="process", tenant_id="a")
    assert [(task.topic, task.tenant_id) for task in scene.rows(ExternalTask)] == [("other", None), ("third", "a")]


def test_what_is_not_deployed_cannot_be_started(scene: Scene) -> None:
    with pytest.raises(DefinitionNotFound, match="There is no process definition with key 'process'"):
        scene.start()
    with pytest.raises(DefinitionNotFound, match="There is no process definition with id 'x:1:2'"):
        scene.components.process_instances.start(ME, definition_id="x:1:2")


def test_a_process_with_several_starts_by_events_cannot_be_started_without_one(scene: Scene) -> None:
    begins = [f'<startEvent id="{name}">{on_message(name)}</startEvent>' for name in ("order", "complaint")]
    flows = [flow(name, "work") for name in ("order", "complaint")]
    declared = message("order") + message("complaint")
    scene.deploy(process(*begins, external_task("work"), *flows, definitions=declared))
    with pytest.raises(NoPlainStart, match="starts by its events only"):
        scene.start()


def test_a_suspended_definition_starts_nothing(scene: Scene) -> None:
    [definition] = scene.deploy(one_task()).definitions
    scene.components.process_instances.suspend(ME, definition_id=definition.id, suspended=True)
    with pytest.raises(Suspended):
        scene.start()
    scene.components.process_instances.suspend(ME, definition_key="process", suspended=False)
    assert scene.state(scene.start()) == "ACTIVE"


def test_every_verb_needs_the_claim(scene: Scene) -> None:
    nobody = Identity("nobody", frozenset({"can_access_external_tasks"}))
    instances = scene.components.process_instances
    for verb in (
        lambda: instances.start(nobody, key="process"),
        lambda: instances.delete(nobody, "x"),
        lambda: instances.set_variables(nobody, "x", {}),
        lambda: instances.suspend(nobody, instance_id="x", suspended=True),
        lambda: scene.components.messages.correlate(nobody, "m"),
        lambda: scene.components.job_execution.execute(nobody, "x"),
        lambda: scene.components.user_tasks.complete(nobody, "x"),
        lambda: scene.components.batches.create(nobody, "instance-deletion", {}, ["x"]),
    ):
        with pytest.raises(Forbidden):
            verb()


def test_deleting_an_instance_cancels_what_was_active(scene: Scene) -> None:
    scene.deploy(one_task())
    id = scene.start(a=1)
    scene.components.process_instances.delete(ME, id, "not wanted")
    record = scene.instance(id)
    assert (record.state, record.delete_reason, record.ended_at is not None) == (
        "EXTERNALLY_TERMINATED",
        "not wanted",
        True,
    )
    assert scene.tasks() == []
    assert [(row.kind, row.outcome) for row in scene.rows(ExternalTaskLog)] == [(0, None), (3, "cancelled")]
    [work] = [row for row in scene.rows(ActivityInstance) if row.activity_id == "work"]
    assert (work.canceled, work.ended_at is not None) == (True, True)
    assert [(row.live, row.deleted) for row in scene.rows(VariableRow)] == [(0, False)]
    with pytest.raises(ProcessInstanceNotFound):
        scene.components.process_instances.delete(ME, id)


def test_variables_are_set_and_removed(scene: Scene) -> None:
    scene.deploy(one_task())
    id = scene.start(a=1, b=2)
    scene.components.process_instances.set_variables(ME, id, typed({"a": "text", "c": 3}), ["b"])
    assert scene.variables(id) == {"a": "text", "c": 3}
    removed = scene.rows(VariableRow, VariableRow.name == "b")
    assert [(row.live, row.deleted) for row in removed] == [(0, True)]


def test_local_variables_stay_at_their_execution(scene: Scene) -> None:
    scene.deploy(one_task())
    id = scene.start()
    [task] = scene.rows(ExternalTask)
    scene.components.process_instances.set_variables(ME, task.execution_id, typed({"own": 1}), local=True)
    scene.components.process_instances.set_variables(ME, task.execution_id, typed({"own": 2, "outer": 3}))
    assert scene.variables(task.execution_id) == {"own": 2}
    assert scene.variables(id) == {"outer": 3}
    scene.complete("work")
    assert scene.variables(id, live=0) == {"outer": 3}


def test_an_execution_that_does_not_run_is_not_found(scene: Scene) -> None:
    with pytest.raises(NotFound, match="There is no execution with id 'nowhere'"):
        scene.components.process_instances.set_variables(ME, "nowhere", {})


def test_an_execution_that_waits_can_be_signalled(scene: Scene) -> None:
    scene.deploy(chain(("wait", '<receiveTask id="wait"/>'), ("work", external_task())))
    id = scene.start()
    [waiting] = scene.rows(ActivityInstance, ActivityInstance.ended_at.is_null())
    scene.components.process_instances.signal(ME, waiting.execution_id, typed({"a": 1}))
    assert scene.tasks() == ["work"]
    assert scene.variables(id) == {"a": 1}


NESTED = process(
    START,
    '<subProcess id="inner" name="Inside"><startEvent id="begin"/>',
    external_task("deep"),
    '<endEvent id="finish"/>',
    flow("begin", "deep"),
    flow("deep", "finish"),
    "</subProcess>",
    END,
    flow("start", "inner"),
    flow("inner", "end"),
)


def test_the_activity_tree_shows_what_is_active(scene: Scene) -> None:
    [definition] = scene.deploy(NESTED).definitions
    id = scene.start()
    root = scene.components.process_instances.activity_tree(id)
    assert (root.id, root.parent_id, root.activity_id, root.activity_type) == (
        id,
        None,
        definition.id,
        "processDefinition",
    )
    [inner] = root.children
    assert (inner.activity_id, inner.activity_name, inner.activity_type, inner.parent_id) == (
        "inner",
        "Inside",
        "subProcess",
        id,
    )
    [deep] = inner.children
    assert (deep.activity_id, deep.activity_type, deep.parent_id, deep.children) == (
        "deep",
        "serviceTask",
        inner.id,
        [],
    )
    [task] = scene.rows(ExternalTask)
    assert (deep.id, deep.execution_ids) == (task.activity_instance_id, [task.execution_id])
    assert json.loads(task.scopes) == [task.execution_id, *inner.execution_ids, id]


def test_the_executions_of_an_instance_are_listed(scene: Scene) -> None:
    scene.deploy(NESTED)
    id = scene.start()
    own, inner, deep = scene.components.process_instances.executions(id)
    assert own == ExecutionNode(id, id, None, None, None, False)
    assert (inner.activity_id, inner.parent_id, deep.activity_id, deep.parent_id) == ("inner", id, "deep", inner.id)


def test_an_instance_that_has_ended_shows_no_tree(scene: Scene) -> None:
    scene.deploy(one_task())
    id = scene.start()
    scene.complete("work")
    with pytest.raises(ProcessInstanceNotFound):
        scene.components.process_instances.activity_tree(id)


def test_the_only_start_event_begins_a_process_whatever_it_waits_for(scene: Scene) -> None:
    scene.deploy(started_by(on_message("order"), message("order")))
    id = scene.start()
    assert scene.state(id) == "ACTIVE"
    assert scene.instance(id).start_activity_id == "begin"


def test_a_priority_that_cannot_be_calculated_is_the_default(scene: Scene) -> None:
    scene.deploy(
        chain(("work", external_task(taskPriority="${missing}", asyncBefore="true", jobPriority="${missing}")))
    )
    scene.start()
    [job] = scene.jobs()
    assert job.priority == 0
    scene.components.job_execution.execute(ME, job.id)
    [task] = scene.rows(ExternalTask)
    assert task.priority == 0

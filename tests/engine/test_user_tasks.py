"""What persons do with user tasks."""

from __future__ import annotations

import pytest

from app.errors import EngineFailed, InvalidInput, NotFound, Refused
from app.models import ActivityInstance, UserTask
from tests.builders import error, error_boundary, external_task, flow, process
from tests.engine.models import END, START, chain
from tests.engine.scene import ME, Scene, typed

ASKING = chain(
    (
        "ask",
        '<userTask id="ask" name="Ask ${who}" camunda:assignee="${who}" camunda:candidateGroups="sales, support" '
        'camunda:dueDate="2030-01-31T10:00:00Z" camunda:priority="7" camunda:formKey="form"/>',
    ),
    ("work", external_task()),
)


def only(scene: Scene) -> UserTask:
    """Return the one user task."""
    [task] = scene.rows(UserTask)
    assert isinstance(task, UserTask)
    return task


def test_a_user_task_waits_with_its_attributes(scene: Scene) -> None:
    scene.deploy(ASKING)
    id = scene.start(who="mary")
    task = only(scene)
    assert (task.name, task.assignee, task.priority, task.form_key) == ("Ask mary", "mary", 7, "form")
    assert (task.candidate_groups, task.due_at) == ('["sales","support"]', 1_896_084_000_000)
    assert (task.process_instance_id, task.ended_at, task.outcome) == (id, None, None)


def test_completing_a_user_task_moves_its_process_on(scene: Scene) -> None:
    scene.deploy(ASKING)
    id = scene.start(who="mary")
    scene.components.user_tasks.complete(ME, only(scene).id, typed({"answer": 42}))
    assert (only(scene).outcome, only(scene).ended_at is not None) == ("completed", True)
    assert (scene.tasks(), scene.variables(id)) == (["work"], {"who": "mary", "answer": 42})
    with pytest.raises(NotFound, match="There is no task with id"):
        scene.components.user_tasks.complete(ME, only(scene).id)


def test_a_task_is_claimed_by_one_person(scene: Scene) -> None:
    scene.deploy(chain(("ask", '<userTask id="ask"/>')))
    scene.start()
    tasks, id = scene.components.user_tasks, only(scene).id
    tasks.claim(ME, id, "mary")
    tasks.claim(ME, id, "mary")
    with pytest.raises(Refused, match="already claimed by someone else"):
        tasks.claim(ME, id, "john")
    tasks.unclaim(ME, id)
    tasks.claim(ME, id, "john")
    assert only(scene).assignee == "john"
    [record] = scene.rows(ActivityInstance, ActivityInstance.activity_id == "ask")
    assert record.assignee == "john"


def test_a_delegated_task_goes_back_to_its_owner(scene: Scene) -> None:
    scene.deploy(chain(("ask", '<userTask id="ask"/>')))
    scene.start()
    tasks, id = scene.components.user_tasks, only(scene).id
    tasks.assign(ME, id, "mary")
    tasks.delegate(ME, id, "john")
    assert (only(scene).owner, only(scene).assignee, only(scene).delegation_state) == ("mary", "john", "PENDING")
    tasks.resolve(ME, id)
    assert (only(scene).assignee, only(scene).delegation_state) == ("mary", "RESOLVED")


def test_attributes_can_be_changed(scene: Scene) -> None:
    scene.deploy(ASKING)
    scene.start(who="mary")
    scene.components.user_tasks.change(ME, only(scene).id, {"name": "New", "priority": 1})
    assert (only(scene).name, only(scene).priority, only(scene).updated_at is not None) == ("New", 1, True)


def test_a_bpmn_error_of_a_user_task_takes_the_error_path(scene: Scene) -> None:
    scene.deploy(
        process(
            START,
            '<userTask id="ask"/>',
            error_boundary("ask", "E"),
            external_task("repair"),
            END,
            flow("start", "ask"),
            flow("ask", "end"),
            flow("caught", "repair"),
            flow("repair", "end"),
            definitions=error("E"),
        )
    )
    scene.start()
    with pytest.raises(InvalidInput):
        scene.components.user_tasks.raise_bpmn_error(ME, only(scene).id, "")
    delta = scene.components.user_tasks.raise_bpmn_error(ME, only(scene).id, "E", "why")
    assert (delta.error_caught, scene.tasks(), only(scene).outcome) == (True, ["repair"], "deleted")


def test_an_escalation_that_nobody_handles_is_refused(scene: Scene) -> None:
    scene.deploy(ASKING)
    scene.start(who="mary")
    with pytest.raises(EngineFailed, match="no escalation handler"):
        scene.components.user_tasks.raise_escalation(ME, only(scene).id, "X")
    assert only(scene).ended_at is None


def test_local_variables_of_a_task_stay_with_it(scene: Scene) -> None:
    scene.deploy(ASKING)
    id = scene.start(who="mary")
    scene.components.user_tasks.set_variables(ME, only(scene).id, typed({"own": 1}), local=True)
    scene.components.user_tasks.set_variables(ME, only(scene).id, typed({"outer": 2}))
    assert scene.variables(only(scene).execution_id) == {"own": 1}
    assert scene.variables(id) == {"who": "mary", "outer": 2}


def test_deleting_the_instance_deletes_the_task(scene: Scene) -> None:
    scene.deploy(ASKING)
    id = scene.start(who="mary")
    scene.components.process_instances.delete(ME, id)
    assert only(scene).outcome == "deleted"


def test_a_task_that_ends_by_the_variables_it_is_resolved_with_is_not_given_back(scene: Scene) -> None:
    enough = (
        '<boundaryEvent id="enough" attachedToRef="ask"><conditionalEventDefinition>'
        '<condition xsi:type="tFormalExpression">${done == true}</condition>'
        "</conditionalEventDefinition></boundaryEvent>"
    )
    elements = (START, '<userTask id="ask"/>', enough, external_task(), END)
    flows = (flow("start", "ask"), flow("ask", "end"), flow("enough", "work"), flow("work", "end", id="last"))
    scene.deploy(process(*elements, *flows))
    scene.start()
    tasks, id = scene.components.user_tasks, only(scene).id
    tasks.assign(ME, id, "mary")
    tasks.delegate(ME, id, "john")
    tasks.resolve(ME, id, typed({"done": True}))
    task = only(scene)
    assert (task.outcome, task.assignee, task.delegation_state) == ("deleted", "john", "PENDING")
    [record] = scene.rows(ActivityInstance, ActivityInstance.activity_id == "ask")
    assert (record.assignee, scene.tasks()) == ("john", ["work"])

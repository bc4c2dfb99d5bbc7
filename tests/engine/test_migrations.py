"""What a migration writes: every row that an instance has open, in both databases."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import pytest

from app import clock
from app.bpmn.migration import Instruction
from app.errors import Forbidden, InvalidInput, MigrationMismatch, MigrationRefused, Refused
from app.identity import Identity
from app.models import (
    ActivityInstance,
    EventSubscription,
    ExternalTask,
    Incident,
    InstanceState,
    Job,
    UserTask,
    VariableRow,
)
from app.records.reports import Completion
from app.services.process_instances.migrations import MAX_AT_ONCE, MAX_INSTRUCTIONS, MigrationPlan
from tests.bpmn import builders as b
from tests.engine.scene import ME, Scene, typed

HOUR_MS = 3_600_000


def version(scene: Scene, *elements: str, flows: str = "start>a a>end", key: str = "process") -> str:
    """Deploy the next version of a process and return its id."""
    file = b.definitions(b.process(key, [b.start(), *elements, b.end()], flows), messages=("M", "N"))
    (deployed,) = scene.deploy(file.decode()).definitions
    return str(deployed.id)


def migrate(scene: Scene, source: str, target: str, ids: list[str], *pairs: str, **options: Any) -> None:
    """Migrate by instructions `a`, `a>b`, `a!` (with its trigger)."""
    found = []
    for pair in pairs:
        one, _, other = pair.rstrip("!").partition(">")
        found.append(Instruction(one, other or one, pair.endswith("!")))
    plan = MigrationPlan(source, target, found, options.pop("variables", None))
    scene.components.migrations.execute(ME, plan, ids, **options)


def test_a_locked_task_moves_with_everything_its_worker_knows(scene: Scene) -> None:
    source = version(scene, b.external("a"))
    id = scene.start(x=1)
    scene.lock("a")
    inner = b.subprocess("sub", [b.start("is"), b.external("z"), b.end("ie")], "is>z z>ie")
    target = version(scene, inner, flows="start>sub sub>end")
    (before,) = scene.rows(ExternalTask)
    migrate(scene, source, target, [id], "a>z")
    (after,) = scene.rows(ExternalTask)
    (sub,) = scene.rows(ActivityInstance, ActivityInstance.activity_id == "sub")
    scopes = f'["{after.execution_id}","{sub.execution_id}","{id}"]'
    changed = {"activity_id": "z", "definition_id": target, "scopes": scopes}
    assert after.__data__ == {**before.__data__, **changed}
    (activity,) = scene.rows(ActivityInstance, ActivityInstance.activity_id == "z")
    assert (activity.id, activity.parent_id, activity.definition_id) == (before.activity_instance_id, sub.id, target)
    assert (scene.instance(id).definition_id, scene.rows(InstanceState)[0].definition_id) == (target, target)
    assert [row.definition_id for row in scene.rows(VariableRow)] == [target]
    scene.complete("z")
    assert scene.state(id) == "COMPLETED"


def test_a_user_task_keeps_who_does_it_and_takes_the_new_form(scene: Scene) -> None:
    source = version(scene, b.user("a", 'name="Old" camunda:assignee="mary" camunda:formKey="old"'))
    id = scene.start()
    target = version(
        scene, b.user("z", 'name="New" camunda:assignee="bob" camunda:formKey="new"'), flows="start>z z>end"
    )
    migrate(scene, source, target, [id], "a>z")
    (moved,) = scene.rows(UserTask)
    assert (moved.activity_id, moved.definition_id) == ("z", target)
    assert (moved.name, moved.assignee, moved.form_key) == ("Old", "mary", "new")


def test_jobs_and_subscriptions_move_with_their_ids(scene: Scene) -> None:
    def watched(hours: int, message: str) -> str:
        late = b.boundary("late", "a", b.timer(f"PT{hours}H"))
        return version(scene, b.user("a"), late, b.boundary("on", "a", b.message(message)))

    source = watched(1, "M")
    ids = [scene.start(), scene.start()]
    target = watched(5, "N")
    before = [(row.id, row.due_at) for row in scene.jobs()]
    migrate(scene, source, target, ids[:1], "a", "late", "on")
    migrate(scene, source, target, ids[1:], "a", "late!", "on!")
    jobs, now = scene.jobs(), clock.now_ms()
    assert [(job.id, job.definition_id) for job in jobs] == [(job_id, target) for job_id, _ in before]
    assert jobs[0].due_at == before[0][1]
    assert abs(jobs[1].due_at - now - 5 * HOUR_MS) < 60_000
    waiting = scene.rows(EventSubscription, EventSubscription.execution_id.is_null(False))
    assert [(row.name, row.definition_id) for row in waiting] == [("M", target), ("N", target)]


def test_the_incident_of_a_job_moves_with_it_and_goes_with_its_event(scene: Scene) -> None:
    late = b.boundary("late", "a", b.timer("PT1H"))
    source = version(scene, b.user("a"), late)
    ids = [scene.start(), scene.start()]
    for job in scene.jobs():
        scene.components.jobs.set_retries(ME, job.id, 0)
    target = version(scene, b.user("a"), b.boundary("later", "a", b.timer("PT1H")))
    migrate(scene, source, target, ids[:1], "a", "late>later")
    migrate(scene, source, target, ids[1:], "a")
    kept, gone = scene.rows(Incident)
    assert (kept.state, kept.activity_id, kept.definition_id) == ("open", "later", target)
    assert kept.job_definition_id == f"later:timer:{target}"
    assert gone.state == "deleted"


def test_the_incident_of_a_task_takes_the_new_activity(scene: Scene) -> None:
    source = version(scene, b.external("a"))
    id = scene.start()
    scene.components.external_tasks.set_retries(ME, scene.lock("a"), 0)
    target = version(scene, b.external("z"), flows="start>z z>end")
    migrate(scene, source, target, [id], "a>z")
    (incident,) = scene.incidents()
    assert (incident.activity_id, incident.definition_id) == ("z", target)


def test_removed_scopes_stay_in_the_history_of_the_old_definition(scene: Scene) -> None:
    inner = b.subprocess("sub", [b.start("is"), b.user("a"), b.end("ie")], "is>a a>ie")
    source = version(scene, inner, flows="start>sub sub>end")
    id = scene.start()
    target = version(scene, b.user("a"))
    migrate(scene, source, target, [id], "a")
    rows = {row.activity_id: (row.definition_id, row.canceled) for row in scene.rows(ActivityInstance)}
    assert rows == {
        "start": (source, False),
        "is": (source, False),
        "sub": (source, True),
        "a": (target, False),
    }


def test_all_instances_migrate_or_none(scene: Scene) -> None:
    source = version(scene, b.external("a"), b.external("c"), flows="start>a a>c c>end")
    ids = [scene.start(), scene.start()]
    scene.complete("a")
    target = version(scene, b.external("a"))
    with pytest.raises(MigrationRefused, match="There is no migration instruction"):
        migrate(scene, source, target, ids, "a")
    assert {scene.instance(id).definition_id for id in ids} == {source}


def test_a_called_instance_migrates_by_itself(scene: Scene) -> None:
    source = version(scene, b.external("a"), key="called")
    caller = version(scene, b.call("call", "called"), flows="start>call call>end")
    root = scene.start()
    (task,) = scene.rows(ExternalTask)
    target = version(scene, b.external("z"), flows="start>z z>end", key="called")
    migrate(scene, source, target, [task.process_instance_id], "a>z")
    assert scene.instance(task.process_instance_id).definition_id == target
    assert (scene.instance(root).definition_id, scene.rows(InstanceState)[0].definition_id) == (caller, caller)
    scene.complete("z")
    assert scene.state(root) == "COMPLETED"


def test_a_suspended_instance_migrates_and_stays_suspended(scene: Scene) -> None:
    source = version(scene, b.external("a"))
    id = scene.start()
    scene.components.process_instances.suspend(ME, suspended=True, instance_id=id)
    target = version(scene, b.external("a"), b.boundary("late", "a", b.timer("PT1H")))
    migrate(scene, source, target, [id], "a")
    (task,), (job,) = scene.rows(ExternalTask), scene.rows(Job)
    assert (scene.state(id), task.suspended, job.suspended) == ("SUSPENDED", True, True)


def test_variables_are_set_on_each_instance(scene: Scene) -> None:
    source, id = version(scene, b.user("a")), scene.start(x=1)
    migrate(scene, source, source, [id], "a", variables=typed({"x": 2, "y": "new"}))
    assert scene.variables(id) == {"x": 2, "y": "new"}


def test_only_who_manages_instances_migrates_them(scene: Scene) -> None:
    source = version(scene, b.user("a"))
    nobody, plan = Identity("nobody", frozenset()), MigrationPlan(source, source)
    migrations = scene.components.migrations
    for call in (
        lambda: migrations.generate(nobody, source, source),
        lambda: migrations.check(nobody, plan),
        lambda: migrations.require_valid(nobody, plan),
        lambda: migrations.execute(nobody, plan, ["x"]),
    ):
        with pytest.raises(Forbidden):
            call()


def test_plans_and_lists_have_a_limit(scene: Scene) -> None:
    source = version(scene, b.user("a"))
    many = MigrationPlan(source, source, [Instruction("a", "a")] * (MAX_INSTRUCTIONS + 1))
    with pytest.raises(InvalidInput, match="at most 20000 instructions"):
        scene.components.migrations.check(ME, many)
    with pytest.raises(Refused, match="migrate them by a batch"):
        scene.components.migrations.execute(
            ME, MigrationPlan(source, source), [f"x{number}" for number in range(MAX_AT_ONCE + 1)]
        )


def test_a_worker_reports_while_its_instances_migrate(scene: Scene) -> None:
    """A report comes before the migration, which then finds no instance, or after it, on the new model."""
    source = version(scene, b.external("a"))
    ids = [scene.start() for _ in range(20)]
    target = version(scene, b.external("a"), b.external("n"), flows="start>a a>n n>end")
    tasks = [task.id for task in scene.rows(ExternalTask)]
    for task_id in tasks:
        scene.service.lock(ME, task_id, "worker", 60_000)
    failures: list[Exception] = []

    def report() -> None:
        for task_id in tasks:
            try:
                scene.service.complete(ME, task_id, Completion("worker", {}))
            except Exception as failure:
                failures.append(failure)

    worker = threading.Thread(target=report)
    worker.start()
    for id in reversed(ids):
        with suppress(MigrationMismatch):
            migrate(scene, source, target, [id], "a")
    worker.join()
    assert failures == []
    moved = [id for id in ids if scene.instance(id).definition_id == target]
    assert [scene.state(id) for id in ids if id not in moved] == ["COMPLETED"] * (len(ids) - len(moved))
    assert scene.tasks() == ["n"] * len(moved)

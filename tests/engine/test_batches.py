"""Batches: a seed job, the jobs with the work, and a monitor that ends them."""

from __future__ import annotations

import pytest

from app import clock
from app.errors import InvalidInput, NotFound
from app.models import Batch, ExternalTask, ProcessInstance
from tests.builders import one_task
from tests.engine.scene import ME, Scene


def kinds(scene: Scene) -> list[str]:
    """Return the kinds of all jobs."""
    return sorted(job.kind for job in scene.jobs())


def test_a_batch_sets_the_retries_of_many_tasks(scene: Scene) -> None:
    scene.deploy(one_task())
    for _ in range(3):
        scene.start()
    ids = [task.id for task in scene.rows(ExternalTask)]
    batch = scene.components.batches.create(ME, "set-external-task-retries", {"retries": 5}, ids)
    assert (batch.total_jobs, batch.jobs_created, kinds(scene)) == (3, 0, ["batch-seed"])
    scene.components.job_execution.execute(ME, scene.jobs()[0].id)
    assert kinds(scene) == ["batch", "batch", "batch", "batch-monitor"]
    scene.components.job_runner.run_due()
    with clock.frozen():
        clock.advance(30_000)
        scene.components.job_runner.run_due()
    assert [task.retries for task in scene.rows(ExternalTask)] == [5, 5, 5]
    [row] = scene.rows(Batch)
    assert (row.jobs_created, row.ended_at is not None, kinds(scene)) == (3, True, [])


def test_a_monitor_waits_for_the_last_job(scene: Scene) -> None:
    scene.deploy(one_task())
    id = scene.start()
    scene.components.batches.create(ME, "instance-deletion", {"reason": "tidy"}, [id])
    [seed] = scene.jobs()
    scene.components.job_execution.execute(ME, seed.id)
    monitor = next(job for job in scene.jobs() if job.kind == "batch-monitor")
    scene.components.job_execution.execute(ME, monitor.id)
    assert scene.rows(Batch)[0].ended_at is None
    work = next(job for job in scene.jobs() if job.kind == "batch")
    scene.components.job_execution.execute(ME, work.id)
    assert (scene.state(id), scene.instance(id).delete_reason) == ("EXTERNALLY_TERMINATED", "tidy")
    scene.components.job_execution.execute(ME, monitor.id)
    assert scene.rows(Batch)[0].ended_at is not None


def test_a_seed_makes_a_hundred_jobs_at_a_time(scene: Scene) -> None:
    ids = [f"id{number}" for number in range(250)]
    batch = scene.components.batches.create(ME, "instance-deletion", {}, ids)
    assert batch.total_jobs == 250
    for expected in (100, 200, 250):
        seed = next(job for job in scene.jobs() if job.kind == "batch-seed")
        scene.components.job_execution.execute(ME, seed.id)
        assert scene.rows(Batch)[0].jobs_created == expected
    assert "batch-seed" not in kinds(scene)


def test_a_job_may_work_on_several_things(scene: Scene) -> None:
    batch = scene.components.batches.create(ME, "instance-deletion", {}, ["a", "b", "c", "b"], items_per_job=2)
    assert (batch.total_jobs, batch.invocations_per_job) == (2, 2)


def test_a_batch_sets_variables_and_suspends_and_forgets(scene: Scene) -> None:
    scene.deploy(one_task())
    id = scene.start()
    batches = scene.components.batches
    batches.create(ME, "set-variables", {"variables": {"a": ["Integer", 1]}}, [id])
    scene.components.job_runner.run_due()
    assert scene.variables(id) == {"a": 1}
    batches.create(ME, "instance-update-suspension-state", {"suspended": True}, [id])
    scene.components.job_runner.run_due()
    assert scene.state(id) == "SUSPENDED"
    scene.components.process_instances.delete(ME, id)
    batches.create(ME, "historic-instance-deletion", {}, [id])
    scene.components.job_runner.run_due()
    assert scene.count(ProcessInstance) == 0


def test_work_that_fails_becomes_an_incident_of_its_job(scene: Scene) -> None:
    scene.components.batches.create(ME, "set-external-task-retries", {"retries": 1}, ["nowhere"])
    scene.components.job_runner.run_due()
    [incident] = scene.incidents()
    assert (incident.kind, incident.process_instance_id) == ("failedJob", None)
    assert kinds(scene) == ["batch", "batch-monitor"]


def test_a_suspended_batch_does_nothing(scene: Scene) -> None:
    batch = scene.components.batches.create(ME, "instance-deletion", {}, ["a"])
    scene.components.batches.suspend(ME, batch.id, True)
    assert scene.components.job_runner.run_due() == 0
    scene.components.batches.suspend(ME, batch.id, False)
    assert scene.components.job_runner.run_due() > 0


def test_deleting_a_batch_drops_its_jobs(scene: Scene) -> None:
    first = scene.components.batches.create(ME, "instance-deletion", {}, ["a"])
    second = scene.components.batches.create(ME, "instance-deletion", {}, ["b"])
    scene.components.batches.delete(ME, first.id)
    scene.components.batches.delete(ME, second.id, cascade=True)
    assert scene.jobs() == []
    assert [(row.id, row.ended_at is not None) for row in scene.rows(Batch)] == [(first.id, True)]
    with pytest.raises(NotFound, match="There is no batch with id"):
        scene.components.batches.delete(ME, first.id)


def test_a_batch_needs_a_known_kind_and_something_to_do(scene: Scene) -> None:
    for kind, items, per_job in (("unknown", ["a"], 1), ("instance-deletion", [], 1), ("instance-deletion", ["a"], 0)):
        with pytest.raises(InvalidInput):
            scene.components.batches.create(ME, kind, {}, items, items_per_job=per_job)

"""Timers and asynchronous continuations: jobs that run when the clock says so, once."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app import clock, make_components, signals
from app.errors import EngineFailed, NotFound, Suspended
from app.models import Incident, Job, ProcessInstance
from tests.builders import external_task, flow, process
from tests.engine.models import END, START, catch, chain, started_by, timer
from tests.engine.scene import ME, Scene, typed

HOUR = 3_600_000
WAITING = chain(("wait", catch("wait", timer("PT1H"))), ("work", external_task()))
FAILING = chain(
    ("broken", '<manualTask id="broken" camunda:asyncBefore="true"/>'),
    ("choice", '<scriptTask id="choice" scriptFormat="juel"><script>${missing}</script></scriptTask>'),
)


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    with clock.frozen():
        yield


def test_a_timer_fires_when_it_is_due_and_not_before(scene: Scene) -> None:
    scene.deploy(WAITING)
    id = scene.start()
    [job] = scene.jobs()
    assert (job.kind, job.due_at, job.retries, job.process_instance_id) == ("timer", clock.now_ms() + HOUR, 3, id)
    clock.advance(HOUR - 1)
    assert scene.components.job_runner.run_due() == 0
    clock.advance(1)
    assert scene.components.job_runner.run_due() == 1
    assert (scene.tasks(), scene.jobs()) == (["work"], [])


def test_a_boundary_timer_takes_the_task_away(scene: Scene) -> None:
    scene.deploy(
        process(
            START,
            external_task(),
            f'<boundaryEvent id="late" attachedToRef="work">{timer("PT1H")}</boundaryEvent>',
            external_task("remind"),
            END,
            flow("start", "work"),
            flow("work", "end"),
            flow("late", "remind"),
            flow("remind", "end"),
        )
    )
    scene.start()
    scene.start()
    scene.complete("work")
    assert len(scene.jobs()) == 1
    clock.advance(HOUR)
    scene.components.job_runner.run_due()
    assert scene.tasks() == ["remind"]


def test_a_repeating_timer_fires_as_often_as_it_says(scene: Scene) -> None:
    scene.deploy(
        process(
            START,
            external_task(),
            '<boundaryEvent id="tick" attachedToRef="work" cancelActivity="false">'
            f"{timer('R3/PT1H', 'timeCycle')}</boundaryEvent>",
            external_task("note"),
            END,
            flow("start", "work"),
            flow("work", "end"),
            flow("tick", "note"),
            flow("note", "end"),
        )
    )
    scene.start()
    for _ in range(5):
        clock.advance(HOUR)
        scene.components.job_runner.run_due()
    assert scene.tasks() == ["note", "note", "note", "work"]
    assert scene.jobs() == []


def test_a_job_can_be_run_by_hand_before_it_is_due(scene: Scene) -> None:
    scene.deploy(WAITING)
    scene.start()
    [job] = scene.jobs()
    scene.components.job_execution.execute(ME, job.id)
    assert scene.tasks() == ["work"]
    with pytest.raises(NotFound, match="There is no job with id"):
        scene.components.job_execution.execute(ME, job.id)


def test_a_timer_starts_instances_again_and_again(scene: Scene) -> None:
    scene.deploy(started_by(timer("R/PT1H", "timeCycle")))
    for _ in range(3):
        clock.advance(HOUR)
        assert scene.components.job_runner.run_due() == 1
    assert scene.tasks() == ["work", "work", "work"]
    assert {record.start_activity_id for record in scene.rows(ProcessInstance)} == {"begin"}
    [job] = scene.jobs()
    assert job.due_at == clock.now_ms() + HOUR


def test_a_timer_with_a_date_starts_one_instance(scene: Scene) -> None:
    scene.deploy(started_by(timer("PT1H")))
    clock.advance(HOUR)
    scene.components.job_runner.run_due()
    assert (scene.tasks(), scene.jobs()) == (["work"], [])


def test_a_continuation_runs_at_once(scene: Scene) -> None:
    scene.deploy(chain(("work", external_task(asyncBefore="true"))))
    scene.start()
    assert scene.tasks() == []
    [job] = scene.jobs()
    assert (job.kind, job.due_at) == ("async-before", None)
    scene.components.job_runner.run_due()
    assert scene.tasks() == ["work"]


def test_a_job_that_fails_loses_its_retries_and_becomes_an_incident(scene: Scene) -> None:
    scene.deploy(FAILING)
    id = scene.start()
    assert scene.components.job_runner.run_due() == 3
    [job] = scene.jobs()
    assert (job.retries, job.attempts) == (0, 3)
    assert "missing" in job.exception_message
    [incident] = scene.incidents()
    assert (incident.kind, incident.configuration, incident.process_instance_id) == ("failedJob", job.id, id)
    assert incident.message == job.exception_message
    assert scene.components.job_runner.run_due() == 0


def test_new_retries_resolve_the_incident(scene: Scene) -> None:
    scene.deploy(FAILING)
    id = scene.start()
    scene.components.job_runner.run_due()
    [job] = scene.jobs()
    scene.components.jobs.set_retries(ME, job.id, 2)
    assert [row.state for row in scene.rows(Incident)] == ["resolved"]
    scene.components.process_instances.set_variables(ME, id, {})
    scene.components.jobs.set_retries(ME, job.id, 0)
    assert len(scene.incidents()) == 1


def test_a_job_that_succeeds_at_last_resolves_its_incident(scene: Scene) -> None:
    scene.deploy(FAILING)
    id = scene.start()
    scene.components.job_runner.run_due()
    scene.components.process_instances.set_variables(ME, id, typed({"missing": 1}))
    [job] = scene.jobs()
    scene.components.job_execution.execute(ME, job.id)
    assert scene.state(id) == "COMPLETED"
    assert [row.state for row in scene.rows(Incident)] == ["resolved"]


def test_the_cycle_of_the_model_says_when_to_try_again(scene: Scene) -> None:
    cycle = "<camunda:failedJobRetryTimeCycle>R2/PT10M</camunda:failedJobRetryTimeCycle>"
    cycle = f"<extensionElements>{cycle}</extensionElements>"
    scene.deploy(FAILING.replace('camunda:asyncBefore="true"/>', f'camunda:asyncBefore="true">{cycle}</manualTask>'))
    scene.start()
    assert scene.components.job_runner.run_due() == 1
    [job] = scene.jobs()
    assert (job.retries, job.locked_until) == (1, clock.now_ms() + 600_000)
    clock.advance(599_999)
    assert scene.components.job_runner.run_due() == 0
    clock.advance(1)
    assert scene.components.job_runner.run_due() == 1
    assert [incident.kind for incident in scene.incidents()] == ["failedJob"]


def test_a_job_run_by_hand_that_fails_says_why_and_loses_a_retry(scene: Scene) -> None:
    scene.deploy(FAILING)
    scene.start()
    [job] = scene.jobs()
    with pytest.raises(EngineFailed, match="missing"):
        scene.components.job_execution.execute(ME, job.id)
    assert scene.jobs()[0].retries == 2


def test_a_suspended_job_is_left_alone_until_it_is_activated(scene: Scene) -> None:
    scene.deploy(WAITING)
    scene.start()
    [job] = scene.jobs()
    scene.components.jobs.suspend(ME, job.id, True)
    clock.advance(HOUR)
    assert scene.components.job_runner.run_due() == 0
    scene.components.jobs.suspend(ME, job.id, False)
    assert scene.components.job_runner.run_due() == 1


def test_a_job_of_a_suspended_instance_cannot_be_run(scene: Scene) -> None:
    scene.deploy(WAITING)
    id = scene.start()
    scene.components.process_instances.suspend(ME, instance_id=id, suspended=True)
    [job] = scene.jobs()
    with pytest.raises(Suspended):
        scene.components.job_execution.execute(ME, job.id)
    assert scene.jobs()[0].retries == 3


def test_the_due_date_can_be_moved(scene: Scene) -> None:
    scene.deploy(WAITING)
    scene.start()
    [job] = scene.jobs()
    scene.components.jobs.set_due_date(ME, job.id, clock.now_ms())
    assert scene.components.job_runner.run_due() == 1


def test_two_runners_at_once_fire_every_timer_once(scene: Scene) -> None:
    scene.deploy(WAITING)
    for _ in range(20):
        scene.start()
    clock.advance(HOUR)
    other = make_components(scene.engine.settings, scene.database)
    counts = []
    threads = [
        threading.Thread(target=lambda runner=components.job_runner: counts.append(runner.run_due()))
        for components in (scene.components, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 20
    assert scene.tasks() == ["work"] * 20


RUN_DUE = """
import sys, config
from app import clock
from app import make_components
from app.models.database import open_database
settings = config.load({"ERRAND_CONFIG": "testing", "ERRAND_DATABASE_URL": sys.argv[1]})
components = make_components(settings, open_database(settings.database_url))
print("ready", flush=True)
sys.stdin.readline()
with clock.frozen(int(sys.argv[2])):
    print(components.job_runner.run_due())
"""


@pytest.mark.slow
def test_two_processes_at_once_fire_every_timer_once(scene: Scene, database_url: str) -> None:
    scene.deploy(WAITING)
    for _ in range(30):
        scene.start()
    command = [sys.executable, "-c", RUN_DUE, database_url, str(clock.now_ms() + HOUR)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(2)]
    for runner in processes:
        assert runner.stdout.readline() == "ready\n"
    for runner in processes:
        runner.stdin.write("go\n")
        runner.stdin.flush()
    counts = [int(runner.communicate(timeout=60)[0]) for runner in processes]
    assert sum(counts) == 30
    assert scene.tasks() == ["work"] * 30


def test_a_claim_that_another_process_has_taken_over_runs_nothing(scene: Scene) -> None:
    scene.deploy(WAITING)
    scene.start()
    [job] = scene.jobs()
    scene.database.write(lambda: Job.update(locked_until=5).where(Job.id == job.id).execute())
    with pytest.raises(NotFound, match="claimed by another process"):
        scene.components.job_execution.run(job.id, claim=4)
    assert scene.jobs()[0].retries == 3


def test_an_endless_loop_fails_its_job_instead_of_the_server(scene: Scene) -> None:
    scene.deploy(
        process(
            START,
            '<manualTask id="begin" camunda:asyncBefore="true"/>',
            '<exclusiveGateway id="again"/>',
            '<manualTask id="round"/>',
            flow("start", "begin"),
            flow("begin", "again"),
            flow("again", "round"),
            flow("round", "again"),
        )
    )
    scene.start()
    [job] = scene.jobs()
    with pytest.raises(EngineFailed, match="loop for ever"):
        scene.components.job_execution.execute(ME, job.id)


def test_the_thread_runs_due_jobs_and_stops(scene: Scene) -> None:
    settings = replace(scene.engine.settings, timers=True)
    components = make_components(settings, scene.database)
    done = threading.Event()
    scene.deploy(chain(("work", external_task(asyncBefore="true"))))

    def listen(sender: object, *, topics: dict[str, int]) -> None:
        done.set()

    with signals.tasks_available.connected_to(listen, sender=components.database):
        components.job_runner.start()
        components.process_instances.start(ME, key="process")
        assert done.wait(10)
    components.job_runner.stop()

"""Steps that share a transaction and concern the same process: none starts from what another one has changed."""

from __future__ import annotations

from functools import partial

from app.models.external_task import NOT_HELD_BY_ANOTHER
from app.records.reports import Completion
from tests.builders import external_task, flow, process
from tests.engine.models import catch, chain, on_signal, signal, throw
from tests.engine.scene import ME, Scene
from tests.joint import run_together


def two_at_once(other: str, definitions: str = "") -> str:
    """Return a model with the task `work` beside the node `other`; both are followed by the task `after`."""
    nodes = ('<startEvent id="start"/>', '<parallelGateway id="fork"/>', '<parallelGateway id="join"/>')
    flows = [("start", "fork"), ("fork", "work"), ("fork", "other"), ("work", "join"), ("other", "join")]
    return process(
        *nodes,
        external_task("work"),
        other,
        external_task("after", "after"),
        '<endEvent id="end"/>',
        *(flow(source, target) for source, target in [*flows, ("join", "after"), ("after", "end")]),
        id="waiting",
        definitions=definitions,
    )


def test_a_signal_reaches_a_process_whose_task_is_completed_beside_it(scene: Scene) -> None:
    scene.deploy(two_at_once(catch("other", on_signal("alarm")), signal("alarm")))
    scene.deploy(
        chain(
            ("ring", external_task("ring")), ("alarm", throw("alarm", on_signal("alarm"))), definitions=signal("alarm")
        )
    )
    waiting = scene.start("waiting")
    scene.start()
    ring, work = scene.lock("ring"), scene.lock("work")
    complete = partial(scene.service.complete, ME)
    assert (
        run_together(
            scene.database,
            [partial(complete, ring, Completion("worker")), partial(complete, work, Completion("worker"))],
        )
        == [None] * 2
    )
    scene.complete("after")
    assert scene.state(waiting) == "COMPLETED"


def test_two_tasks_of_one_process_are_completed_in_two_dialects_at_once(scene: Scene) -> None:
    scene.deploy(two_at_once(external_task("other")))
    waiting = scene.start("waiting")
    complete = partial(scene.service.complete, ME)
    works = [
        partial(complete, scene.lock("work"), Completion("worker")),
        partial(complete, scene.lock("other"), Completion("worker", lock_rule=NOT_HELD_BY_ANOTHER)),
    ]
    assert run_together(scene.database, works) == [None] * 2
    scene.complete("after")
    assert scene.state(waiting) == "COMPLETED"

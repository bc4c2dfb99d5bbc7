"""Replay what a real Camunda 7.24 did with some 500 random models, on the pure engine.

`traces-combinations` holds rare ones: what comes at the same moment, and what happens to what has ended.

A state is the open tasks and whether the instance has ended; it is compared after every step, and at the end the
variables and how often each activity was finished. Three known defects of Camunda end a comparison: it answers 500 to
an unhandled error on an activity with an output mapping; its inclusive join waits for ever when the last other token
ends elsewhere; and the boundary timer of a subprocess that has finished, but could be compensated, is started again.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.errors import ErrandError
from tests.bpmn.driver import Instance, Model

DATA = Path(__file__).parent / "data"
LOCAL = {"inp", "it", "loopCounter", "nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances"}
BLOCK = 20
TIMER_OF_A_FINISHED_SUBPROCESS = {30029: 2}
"""Seeds of traces, and the step at which a timer fires that should be gone."""


def traces(name: str) -> list[dict[str, Any]]:
    """Read one file of traces."""
    with gzip.open(DATA / name, "rt") as lines:
        return [json.loads(line) for line in lines]


def blocks() -> Iterator[Any]:
    """Yield the traces in blocks, so that workers can share them."""
    for name in ("traces.jsonl.gz", "traces-more.jsonl.gz", "traces-combinations.jsonl.gz"):
        found = traces(name)
        for start in range(0, len(found), BLOCK):
            yield pytest.param(found[start : start + BLOCK], id=f"{name.split('.')[0]}-{start}")


def state(instance: Instance) -> dict[str, Any]:
    """Return what is compared after each step."""
    return {"active": instance.active(), "ended": instance.ended}


def apply(instance: Instance, operation: list[Any]) -> None:
    """Do one recorded operation. Raises ErrandError where it is refused."""
    match operation:
        case ["complete", activity_id, variables]:
            instance.complete_all(activity_id, variables)
        case ["error", activity_id, code, variables]:
            instance.error_all(activity_id, code, variables)
        case ["timers"]:
            instance.fire_jobs()
        case ["message", name]:
            send(instance, name)


def send(instance: Instance, name: str) -> None:
    """Try a message on the instance, then on those that it called."""
    running = [id for id in instance.instances if id not in instance.ended_instances]
    for instance_id in running[:-1]:
        try:
            instance.message(name, instance_id=instance_id)
        except ErrandError:
            continue
        return
    instance.message(name, instance_id=running[-1] if running else "root")


def outer(variables: dict[str, Any]) -> dict[str, Any]:
    """Drop what belongs to single activities."""
    return {name: value for name, value in variables.items() if name not in LOCAL}


def difference(trace: dict[str, Any]) -> str | None:
    """Replay a trace; return the first difference, or None."""
    instance = Model(trace["xml"].encode()).start(trace["key"], trace["vars"])
    if state(instance) != trace["start"]:
        return f"after start: {state(instance)}, Camunda {trace['start']}"
    for number, step in enumerate(trace["steps"]):
        if "ENGINE-13033" in step.get("why", "") or TIMER_OF_A_FINISHED_SUBPROCESS.get(trace["seed"]) == number:
            return None
        try:
            apply(instance, step["op"])
            refused = None
        except ErrandError as error:
            refused = error
        now = state(instance)
        if now != step["state"] and waits_longer(trace, now, step["state"]):
            return None
        if (refused is None) != step["ok"]:
            return f"step {number} {step['op']}: {refused or 'accepted'}, Camunda {step.get('why', 'accepts')}"
        if now != step["state"]:
            return f"step {number} {step['op']}: {now}, Camunda {step['state']}"
    return None if trace["final"] is None else difference_at_the_end(instance, trace)


def waits_longer(trace: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Tell whether Camunda's inclusive join may be waiting for a token that has ended elsewhere."""
    went_on = len(ours["active"]) > len(theirs["active"]) or (ours["ended"] and not theirs["ended"])
    return went_on and "inclusiveGateway" in trace["xml"]


def difference_at_the_end(instance: Instance, trace: dict[str, Any]) -> str | None:
    """Compare final variables and finished activities."""
    if (got := outer(instance.variables())) != (want := outer(trace["final"])):
        return f"variables at the end {got}, Camunda {want}"
    visited = {name: count for name, count in trace["visited"].items() if count}
    if instance.visited() != visited:
        return f"finished activities {instance.visited()}, Camunda {visited}"
    return None


@pytest.mark.parametrize("block", list(blocks()))
def test_the_engine_does_what_camunda_did(block: list[dict[str, Any]]) -> None:
    differences = {trace["seed"]: found for trace in block if (found := difference(trace))}
    assert differences == {}

"""Replay on the pure library what a server was seen to do, and tell the first difference."""

from __future__ import annotations

import json
from typing import Any

from app.bpmn.migration import Instruction
from app.errors import ErrandError
from tests.bpmn.migration.instance import MigratingInstance, Row

BODY = "#multiInstanceBody"


class CamundaFails(Exception):
    """There is nothing to compare from here: a join of Camunda's waits for ever, or a job of it fails.

    Its inclusive join waits for a token that cannot come; the job behind the last activity of a process that could be
    compensated answers 500, migrated or not.
    """


def difference(case: Row) -> str | None:
    """Return the first difference between a recorded case and the library, or None."""
    instance = MigratingInstance(case["A"], case["B"], {"x": 0})
    try:
        return _drive(instance, case["before"], "before") or _plan(instance, case) or _migrate(instance, case)
    except CamundaFails:
        return None


def _plan(instance: MigratingInstance, case: Row) -> str | None:
    for flag, theirs in case["generated"].items():
        ours = instance.generate(update_event_triggers=flag == "True")
        if theirs and theirs[0][0] == "refused":
            ours = [] if instance.check([Instruction(*each) for each in ours]) else [["accepted"], *ours]
            theirs = []
        if (told := _compared(f"generated {flag}", sorted(ours), sorted(theirs))) is not None:
            return told
    if "checked" not in case:
        return None
    tried = case.get("tried", case["plan"])
    ours = instance.check([Instruction(*each) for each in tried])
    return _compared("checked", sorted(ours, key=str), sorted(case["checked"], key=str))


def _migrate(instance: MigratingInstance, case: Row) -> str | None:
    if "migrated" not in case:
        return None
    tries, theirs = case["tries"], case["migrated"]
    plan = [Instruction(*each) for each in case["plan"]]
    if instance.state is None:
        return None if theirs["status"] == 500 else f"ended, Camunda {theirs}"
    try:
        migrated = instance.migrate(plan, tries["variables"], skip_io_mappings=tries["skip"])
    except ErrandError as error:
        return None if not theirs["ok"] and theirs["status"] == 500 else f"failed: {error}, Camunda {theirs}"
    if migrated.report.is_refused:
        return _compared(
            "refused", instance.refusal(migrated), {k: theirs.get(k) for k in ("activities", "transitions")}
        )
    if not theirs["ok"]:
        return f"migrated, Camunda {theirs['type']} {theirs['message'][:300]}"
    if (told := _seen(instance, case["seen"], "migrated")) is not None:
        return told
    return _drive(instance, case["after"], "after")


def _drive(instance: MigratingInstance, steps: list[Row], when: str) -> str | None:
    for number, step in enumerate(steps):
        if step["op"] is not None:
            accepted = instance.do(step["op"])
            if accepted and not step["ok"] and step["op"][0] == "job":
                raise CamundaFails
            if accepted != step["ok"]:
                return f"{when} {number} {step['op']}: {'accepted' if accepted else 'refused'}"
        if (told := _seen(instance, step["seen"], f"{when} {number} {step['op']}")) is not None:
            return told
    return None


def _seen(instance: MigratingInstance, theirs: Row, when: str) -> str | None:
    ours = _plain(instance.observe())
    theirs = _plain(theirs)
    if ours != theirs and _waits_for_ever(instance, theirs):
        raise CamundaFails
    for name in theirs.keys() | ours.keys():
        if (told := _compared(f"{when}: {name}", ours.get(name), theirs.get(name))) is not None:
            return told
    return None


def _waits_for_ever(instance: MigratingInstance, theirs: Row) -> bool:
    """Tell whether Camunda keeps a token at an inclusive join that nothing can reach any more."""
    open_joins = [name.split("/")[0] for name in theirs["history"] if name.endswith("/open")]
    nodes = [process.nodes.get(id) for process in instance.versions.processes.values() for id in open_joins]
    return any(node is not None and node.behaviour == "inclusive" for node in nodes)


def _plain(seen: Row) -> Row:
    """Leave out what is shown otherwise on purpose: bodies of jobs and transitions, values of loop counters."""
    text = json.loads(json.dumps(seen))
    if not text["ended"]:
        text["jobs"] = sorted(
            ([job[0].replace(BODY, ""), job[1].split("-")[0], job[2]] for job in text["jobs"]), key=str
        )
        shown = {str([name, value]) for name, value in text["variables"] if name != "loopCounter"}
        text["variables"] = sorted(shown)
        text["tree"] = _without_finished(text["tree"])
    return text  # type: ignore[no-any-return]


def _without_finished(tree: list[Any]) -> list[Any]:
    """Leave out what Camunda shows as waiting inside a body that has migrated: its finished instances."""
    label, children, waiting = tree
    kept = [] if label.split("<")[0].endswith(BODY) else sorted(each.replace(BODY, "") for each in waiting)
    return [label, sorted(_without_finished(child) for child in children), kept]


def _compared(what: str, ours: Any, theirs: Any) -> str | None:
    return None if ours == theirs else f"{what}:\n  ours    {ours}\n  Camunda {theirs}"

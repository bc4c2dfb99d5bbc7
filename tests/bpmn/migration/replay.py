"""Replay on the pure library what a server was seen to do, and tell the first difference."""

from __future__ import annotations

import json
from typing import Any, Protocol

from app.bpmn.vocabulary import Behaviour
from tests.bpmn.migration.instance import MigratingInstance, Row, Versions

BODY = "#multiInstanceBody"


class Side(Protocol):
    """Whoever migrates: the library, or a server."""

    def generate(self, *, update_event_triggers: bool = False) -> list[list[Any]]: ...
    def checked(self, instructions: list[list[Any]]) -> list[list[Any]]: ...
    def outcome(self, instructions: list[list[Any]], variables: Row | None, skip_io_mappings: bool) -> Row: ...
    def observe(self) -> Row: ...
    def do(self, operation: list[Any]) -> bool: ...


class CamundaFails(Exception):
    """There is nothing to compare from here: Camunda does what no model asks for, migrated or not.

    Its inclusive join waits for a token that cannot come; the job behind the last activity of a process that could be
    compensated answers 500; the boundary timer of a subprocess that has finished, but could be compensated, starts
    again.
    """


def difference(case: Row, instance: Side | None = None) -> str | None:
    """Return the first difference between a recorded case and the library, or another side; None for none."""
    instance = instance or MigratingInstance(case["A"], case["B"], {"x": 0})
    odd = Oddities(case)
    try:
        return _drive(instance, case["before"], "before", odd) or _plan(instance, case) or _migrate(instance, case, odd)
    except CamundaFails:
        return None


def _plan(instance: Side, case: Row) -> str | None:
    for flag, theirs in case["generated"].items():
        ours = instance.generate(update_event_triggers=flag == "True")
        if theirs and theirs[0][0] == "refused":
            refused = bool(ours) and (ours[0][0] == "refused" or bool(instance.checked(ours)))
            return None if refused else f"generated {flag}: accepted"
        if (told := _compared(f"generated {flag}", sorted(ours), sorted(theirs))) is not None:
            return told
    if "checked" not in case:
        return None
    ours = instance.checked(case.get("tried", case["plan"]))
    return _compared("checked", sorted(ours, key=str), sorted(case["checked"], key=str))


def _migrate(instance: Side, case: Row, odd: Oddities) -> str | None:
    if "migrated" not in case:
        return None
    tries, theirs = case["tries"], case["migrated"]
    ours = instance.outcome(case["plan"], tries["variables"], tries["skip"])
    if not ours["ok"] or not theirs["ok"]:
        names = ("ok", "status", "activities", "transitions")
        ours, theirs = ({name: each[name] for name in names if each.get(name)} for each in (ours, theirs))
        return _compared("refused", ours, theirs)
    told = _seen(instance, case["seen"], "migrated", odd)
    return told or _drive(instance, case["after"], "after", odd)


def _drive(instance: Side, steps: list[Row], when: str, odd: Oddities) -> str | None:
    for number, step in enumerate(steps):
        if step["op"] is not None:
            accepted = instance.do(step["op"])
            if accepted and not step["ok"] and step["op"][0] == "job":
                raise CamundaFails
            if accepted != step["ok"]:
                return f"{when} {number} {step['op']}: {'accepted' if accepted else 'refused'}"
        if (told := _seen(instance, step["seen"], f"{when} {number} {step['op']}", odd)) is not None:
            return told
    return None


class Oddities:
    """Where Camunda is known to be odd in a case: its inclusive joins, and its compensation handlers."""

    def __init__(self, case: Row) -> None:
        versions = Versions(case["A"], case["B"])
        nodes = [node for process in versions.processes.values() for node in process.nodes.values()]
        self.joins = {node.id for node in nodes if node.behaviour is Behaviour.INCLUSIVE}
        self.handlers = {node.id for node in nodes if node.is_for_compensation}

    def waits_for_ever(self, theirs: Row) -> bool:
        """Tell whether a token waits at an inclusive join, which may be what is different."""
        return any(name.endswith("/open") and name.split("/")[0] in self.joins for name in theirs["history"])

    def compensates(self, theirs: Row) -> bool:
        """Tell whether a handler is active: Camunda shows the finished scopes around it as if they ran again."""
        return any(name.endswith("/open") and name.split("/")[0] in self.handlers for name in theirs["history"])


def _seen(instance: Side, theirs: Row, when: str, odd: Oddities) -> str | None:
    ours, theirs = _plain(instance.observe()), _plain(theirs)
    if odd.compensates(theirs):
        ours, theirs = ({**each, "tree": _leaves(each["tree"])} for each in (ours, theirs))
    if ours != theirs and odd.waits_for_ever(theirs):
        raise CamundaFails
    if ours != theirs and _only_more_timers(ours, theirs):
        raise CamundaFails
    for name in theirs.keys() | ours.keys():
        if (told := _compared(f"{when}: {name}", ours.get(name), theirs.get(name))) is not None:
            return told
    return None


def _leaves(tree: list[Any]) -> list[str]:
    label, children, waiting = tree
    below = [leaf for child in children for leaf in _leaves(child)] + waiting
    return sorted(below) or [label]


def _only_more_timers(ours: Row, theirs: Row) -> bool:
    more = [job for job in theirs.get("jobs", ()) if job not in ours.get("jobs", ())]
    equal = all(ours.get(name) == theirs.get(name) for name in ("tree", "tasks", "history"))
    return equal and bool(more) and all(kind == "timer" for _, kind, _ in more)


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

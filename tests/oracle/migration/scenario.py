"""What is done to one pair of models: steps, a plan, the migration, and steps to the end; recorded on one server."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from tests.oracle.migration.models import Change, pair
from tests.oracle.migration.server import ServerInstance
from tests.oracle.migration.xml import Writer

Row = dict[str, Any]
BEFORE, AFTER = 3, 15


def draw(seed: int, tag: str) -> Row:
    """Return the two files of a seed, and what its plan tries beside what is generated."""
    first, second, change = pair(seed)
    return {
        "seed": seed,
        "tag": tag,
        "A": Writer(tag).file(first),
        "B": Writer(tag).file(second),
        "tries": _tries(seed, change),
    }


def _tries(seed: int, change: Change) -> Row:
    rng = random.Random(seed + 1)
    return {
        "renamed": change.renamed,
        "moved": change.moved,
        "flag": rng.random() < 0.4,
        "explicit": rng.random() < 0.75,
        "wrong": rng.random() < 0.2,
        "variables": rng.choice(({"x": rng.randint(1, 3)}, {"z": "new"}, None, None, None)),
        "skip": rng.random() < 0.15,
    }


def instructions(seed: int, generated: list[list[Any]], tries: Row) -> list[list[Any]]:
    """Return a plan: what was generated, what was renamed and moved, and now and then something wrong."""
    rng = random.Random(seed + 2)
    plan = [list(each) for each in generated]
    if tries["explicit"]:
        known = {each[0] for each in plan}
        renamed = [[old, new, tries["flag"] and old[0] in "bcs"] for old, new in tries["renamed"].items()]
        plan += [each for each in renamed if each[0] not in known]
        plan += [[id, id, False] for id in tries["moved"] if id not in known | set(tries["renamed"])]
    if tries["wrong"] and plan:
        _spoil(rng, plan)
    return plan


def _spoil(rng: random.Random, plan: list[list[Any]]) -> None:
    each = rng.choice(plan)
    match rng.randint(0, 3):
        case 0:
            each[2] = not each[2]
        case 1:
            each[1] = rng.choice(plan)[1]
        case 2:
            plan.append([each[0], rng.choice(plan)[1], False])
        case 3:
            plan.remove(each)


def possible(seen: Row) -> list[list[Any]]:
    """Return what can be done to an instance, by what is seen of it.

    Of several of a kind one is taken only inside one multi-instance body; elsewhere both sides might take another one.
    """
    found: list[list[Any]] = [["set", value] for value in (1, 2, 3)][: 1 if _has_conditions(seen) else 0]
    around = _places(seen["tree"])
    for task in seen["tasks"]:
        activity = _now(task)
        found += [["complete" if around[activity] < 2 else "complete all", activity]] * 3
        if len(task) == 4 and task[2] is None and [_now(each) for each in seen["tasks"]].count(activity) == 1:
            found += [["lock", activity], ["fail", activity]]
    found += [["job", _now(job)] for job in seen["jobs"]] * 2
    found += [["event", _now(each)] for each in seen["subscriptions"] if each[1] in ("message", "signal")] * 2
    return found


def _now(shown: list[Any]) -> str:
    text: str = shown[0]
    return text.split("<")[0]


def _places(tree: list[Any]) -> Counter[str]:
    """Count the scopes in which each activity is active."""
    found = Counter({_now(child) for child in tree[1]})
    for child in tree[1]:
        found += _places(child)
    return found


def _has_conditions(seen: Row) -> bool:
    return any(each[1] == "conditional" for each in seen["subscriptions"])


def record(server: ServerInstance, case: Row) -> Row:
    """Drive one instance on a server; return all that was done and seen."""
    rng = random.Random(case["seed"] + 3)
    case["before"] = _drive(server, rng, rng.randint(0, BEFORE))
    case["generated"] = {str(flag): server.generate(update_event_triggers=flag) for flag in (False, True)}
    generated = case["generated"][str(case["tries"]["flag"])]
    if generated and generated[0][0] == "refused":
        return case
    case["plan"] = instructions(case["seed"], generated, case["tries"])
    case["checked"] = server.checked(case["plan"])
    if case["checked"]:
        case["tried"] = case["plan"]
        case["plan"] = generated
    tries = case["tries"]
    case["migrated"] = server.outcome(case["plan"], tries["variables"], tries["skip"])
    case["seen"] = server.observe()
    case["after"] = _drive(server, rng, AFTER)
    return case


def _drive(server: ServerInstance, rng: random.Random, steps: int) -> list[Row]:
    done: list[Row] = [{"op": None, "ok": True, "seen": server.observe()}]
    for _ in range(steps):
        choices = [] if done[-1]["seen"]["ended"] else possible(done[-1]["seen"])
        if not choices:
            break
        operation = rng.choice(choices)
        accepted = server.do(operation)
        done.append({"op": operation, "ok": accepted, "seen": server.observe()})
    return done

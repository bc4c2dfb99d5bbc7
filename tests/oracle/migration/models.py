"""Random models as data, their XML, and random changes that make the next version of a model of it.

A scope is `{"seq": [block, …], "evsubs": [event subprocess, …]}`. A block has an `id`, a type `t` and what the type
needs: `ext`, `user`, `receive`, `catch`, `call`, `sub` (a scope in `in`), `par` (branches), `gate` (an event-based
gateway with its events), `throw` (compensation). Activities may have `events` (boundary events), `mi`, `before`,
`after`, `io`, `comp` (a compensation handler).
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

Block = dict[str, Any]
Scope = dict[str, Any]

TASKS = ("ext", "user")
ACTIVITIES = ("ext", "user", "receive", "sub", "call")
TRIGGERS = ("timer", "message", "signal", "cond")


class Drawer:
    """Draw models; every id is used once, and names of messages and signals are those of their event."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.number = 0

    def id(self, prefix: str) -> str:
        """Return a new id."""
        self.number += 1
        return f"{prefix}{self.number}"

    def chance(self, percent: int) -> bool:
        """Tell whether something rare happens."""
        return self.rng.random() * 100 < percent

    def event(self, prefix: str) -> Block:
        """Draw an event that waits."""
        kind = self.rng.choice(TRIGGERS)
        return {"id": self.id(prefix), "k": kind, "v": self.value(kind), "int": self.chance(60)}

    def value(self, kind: str) -> str:
        """Draw what an event waits for."""
        if kind == "timer":
            return f"PT{self.rng.randint(1, 90)}H"
        if kind == "cond":
            return f"${{x == {self.rng.randint(1, 3)}}}"
        return self.id("N")

    def scope(self, depth: int) -> Scope:
        """Draw a scope."""
        length = self.rng.choice((1, 2, 2, 3))
        scope: Scope = {"seq": [self.block(depth) for _ in range(length)], "evsubs": []}
        if self.chance(25):
            scope["evsubs"].append(self.event_subprocess())
        return scope

    def event_subprocess(self) -> Block:
        """Draw an event subprocess with a task in it."""
        start = self.event("s")
        return {"id": self.id("e"), "start": start, "in": {"seq": [self.task()], "evsubs": []}}

    def task(self) -> Block:
        """Draw a task with all that may hang on it."""
        return self.decorate({"id": self.id("t"), "t": self.rng.choice(TASKS)})

    def block(self, depth: int) -> Block:
        """Draw a block."""
        kinds = ["task"] * 5 + ["receive", "catch", "gate", "call"]
        if depth:
            kinds += ["sub"] * 4 + ["par"] * 3
        kind = self.rng.choice(kinds)
        if kind == "task":
            return self.task()
        if kind == "sub":
            return self.decorate({"id": self.id("u"), "t": "sub", "in": self.scope(depth - 1), "tx": self.chance(10)})
        if kind == "par":
            branches = [[self.block(depth - 1)] for _ in range(self.rng.choice((2, 2, 3)))]
            return {"id": self.id("p"), "t": "par", "inc": self.chance(25), "branches": branches}
        if kind == "gate":
            return {"id": self.id("g"), "t": "gate", "on": [self.event("c"), self.event("c")]}
        if kind == "catch":
            return {"id": self.id("c"), "t": "catch", "e": self.event("c")}
        if kind == "call":
            return self.decorate({"id": self.id("l"), "t": "call"})
        return self.decorate({"id": self.id("r"), "t": "receive", "v": self.id("N")})

    def decorate(self, block: Block) -> Block:
        """Hang boundary events and more on an activity."""
        block["events"] = [self.event("b") for _ in range(self.rng.choice((0, 0, 0, 1, 1, 2)))]
        if self.chance(12) and block["t"] != "call":
            block["mi"] = {"seq": self.chance(40), "n": self.rng.choice((2, 3))}
        if self.chance(8):
            block["before"] = True
        if self.chance(8):
            block["after"] = True
        if self.chance(12):
            block["io"] = self.io(block)
        if self.chance(18) and block["t"] in TASKS:
            block["comp"] = {"id": self.id("k"), "h": self.id("h")}
        return block

    def io(self, block: Block) -> Block:
        """Draw an input and an output parameter."""
        return {"in": self.id("i"), "out": self.id("o") if self.chance(60) else None}


def blocks(scope: Scope) -> Iterator[tuple[list[Block], Block]]:
    """Yield each block of a scope with the list that it stands in, outer ones first."""
    yield from _blocks(scope["seq"])
    for sub in scope["evsubs"]:
        yield from blocks(sub["in"])


def _blocks(sequence: list[Block]) -> Iterator[tuple[list[Block], Block]]:
    for block in list(sequence):
        yield sequence, block
        if block["t"] == "sub":
            yield from blocks(block["in"])
        elif block["t"] == "par":
            for branch in block["branches"]:
                yield from _blocks(branch)


def scopes(scope: Scope) -> Iterator[Scope]:
    """Yield a scope and those inside it."""
    yield scope
    for _, block in blocks(scope):
        if block["t"] == "sub":
            yield block["in"]


def events(scope: Scope) -> list[Block]:
    """Return all events of a model."""
    found = [event for _, block in blocks(scope) for event in block.get("events", ())]
    found += [block["e"] for _, block in blocks(scope) if block["t"] == "catch"]
    found += [event for _, block in blocks(scope) if block["t"] == "gate" for event in block["on"]]
    return found + [sub["start"] for inner in scopes(scope) for sub in inner["evsubs"]]


class Change:
    """Make the next version of a model, and keep what was renamed: old id → new id."""

    def __init__(self, drawer: Drawer, model: Scope) -> None:
        self.drawer = drawer
        self.rng = drawer.rng
        self.model = copy.deepcopy(model)
        self.renamed: dict[str, str] = {}
        self.moved: list[str] = []

    def some(self) -> None:
        """Change one to four things."""
        names = [name for name in dir(self) if name.startswith("change_")]
        for _ in range(self.rng.choice((1, 1, 2, 2, 3, 4))):
            getattr(self, self.rng.choice(names))()

    def _pick(self, *types: str) -> tuple[list[Block], Block] | None:
        found = [pair for pair in blocks(self.model) if not types or pair[1]["t"] in types]
        return self.rng.choice(found) if found else None

    def change_rename(self) -> None:
        picked = self._pick()
        if picked is not None:
            self._rename(picked[1])

    def _rename(self, thing: Block) -> None:
        new = self.drawer.id(thing["id"].rstrip("0123456789"))
        self.renamed[thing["id"]] = new
        thing["id"] = new

    def change_rename_event(self) -> None:
        found = events(self.model)
        if found:
            self._rename(self.rng.choice(found))

    def change_remove(self) -> None:
        picked = self._pick()
        if picked is not None and len(picked[0]) > 1:
            picked[0].remove(picked[1])

    def change_add(self) -> None:
        picked = self._pick()
        if picked is not None:
            picked[0].insert(self.rng.randint(0, len(picked[0])), self.drawer.block(1))

    def change_wrap(self) -> None:
        picked = self._pick()
        if picked is not None:
            sequence, block = picked
            inner = {"seq": [block], "evsubs": []}
            outer = self.drawer.decorate({"id": self.drawer.id("u"), "t": "sub", "in": inner, "tx": False})
            outer.pop("mi", None)
            if self.rng.random() < 0.3:
                inner["evsubs"].append(self.drawer.event_subprocess())
            sequence[sequence.index(block)] = outer
            self.moved.append(block["id"])

    def change_unwrap(self) -> None:
        picked = self._pick("sub")
        if picked is not None:
            sequence, block = picked
            position = sequence.index(block)
            sequence[position : position + 1] = block["in"]["seq"]
            self.moved += [inner["id"] for inner in block["in"]["seq"]]

    def change_add_boundary(self) -> None:
        picked = self._pick(*ACTIVITIES)
        if picked is not None:
            picked[1]["events"].append(self.drawer.event("b"))

    def change_remove_boundary(self) -> None:
        hosts = [block for _, block in blocks(self.model) if block.get("events")]
        if hosts:
            self.rng.choice(hosts)["events"].pop()

    def change_event(self) -> None:
        found = events(self.model)
        if found:
            event = self.rng.choice(found)
            if self.rng.random() < 0.3:
                event["k"] = self.rng.choice(TRIGGERS)
            event["v"] = self.drawer.value(event["k"])

    def change_interrupting(self) -> None:
        found = events(self.model)
        if found:
            event = self.rng.choice(found)
            event["int"] = not event["int"]

    def change_type(self) -> None:
        picked = self._pick(*TASKS)
        if picked is not None:
            picked[1]["t"] = "user" if picked[1]["t"] == "ext" else "ext"

    def change_event_subprocess(self) -> None:
        scope = self.rng.choice(list(scopes(self.model)))
        if scope["evsubs"]:
            scope["evsubs"].pop()
        else:
            scope["evsubs"].append(self.drawer.event_subprocess())

    def change_repetition(self) -> None:
        picked = self._pick("ext", "user", "receive", "sub")
        if picked is not None:
            block = picked[1]
            if "mi" not in block:
                block["mi"] = {"seq": False, "n": 2}
            elif self.rng.random() < 0.3:
                block["mi"]["seq"] = not block["mi"]["seq"]
            else:
                del block["mi"]

    def change_async(self) -> None:
        picked = self._pick(*ACTIVITIES)
        if picked is not None:
            flag = self.rng.choice(("before", "after"))
            picked[1][flag] = not picked[1].get(flag)

    def change_io(self) -> None:
        picked = self._pick(*ACTIVITIES)
        if picked is not None:
            picked[1]["io"] = None if picked[1].get("io") else self.drawer.io(picked[1])

    def change_branches(self) -> None:
        picked = self._pick("par")
        if picked is not None:
            branches = picked[1]["branches"]
            if len(branches) > 2 and self.rng.random() < 0.5:
                branches.pop()
            else:
                branches.append([self.drawer.task()])

    def change_compensation(self) -> None:
        picked = self._pick(*TASKS)
        if picked is not None:
            picked[1]["comp"] = None if picked[1].get("comp") else {"id": self.drawer.id("k"), "h": self.drawer.id("h")}


def pair(seed: int) -> tuple[Scope, Scope, Change]:
    """Return a random model, its next version, and what was changed."""
    drawer = Drawer(random.Random(seed))
    model = drawer.scope(2)
    if drawer.chance(20):
        model["seq"].append({"id": drawer.id("w"), "t": "throw"})
        model["seq"].append(drawer.task())
    change = Change(drawer, model)
    change.some()
    return model, change.model, change

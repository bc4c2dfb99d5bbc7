"""The state of a tree of process instances: what is active, as JSON, and as objects while a run works on it.

The JSON of one tree (the root instance with all that it called) is::

    {"id": root instance id,
     "executions":    {execution id: {"k": kind, "p": parent id, "n": node id, …}, …},
     "jobs":          {job id: {"x": execution id, "n": node id, "k": kind, "due": ms, "repeat": text}, …},
     "subscriptions": {subscription id: {"x": execution id, "n": node id, "k": kind, "e": name, "s": snapshot id}, …}}

A key without a value is left out. Executions stand in the order in which they began; children follow their parents.
Further keys of an execution: `d` definition id and, if it was called, `b` business key (kind `process`), `v` 1 when it
has variables of its own, `l` counters of a multi-instance body: [instances, completed, active, next loop counter], `f`
flow id of a token that waits to go on asynchronously, `a` the activity id under which an activity began that a
migration has renamed since: its activity instance keeps its id.

Kinds: `process` an instance (its parent is the call activity's execution), `scope` a subprocess of any sort, `body` a
multi-instance activity as a whole, `activity` a node that waits, `join` a token that waits at a gateway, `async` a
token that waits for its job, `snapshot` what a finished scope left for its compensation, `compensating` such a one at
work.

The ids of tasks and activity instances follow from the executions' (`ids`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from app.bpmn.context import Definitions
from app.bpmn.execution.ids import activity_instance_id
from app.bpmn.graph import Node, Process

Kind = Literal["process", "scope", "body", "activity", "join", "async", "snapshot", "compensating"]
BODY_SUFFIX = "#multiInstanceBody"


class Execution:
    """One node of the tree.

    `pending` counts the tokens that are under way in it and not yet anywhere; `epoch` rises when everything in it is
    interrupted, so that what was under way can tell; both live only during a run.
    """

    __slots__ = (
        "alive",
        "began_as",
        "business_key",
        "definition_id",
        "epoch",
        "flow_id",
        "has_variables",
        "id",
        "instance_id",
        "kind",
        "loop",
        "node",
        "parent",
        "pending",
        "process",
    )

    def __init__(self, id: str, kind: Kind, parent: Execution | None, node: Node | None) -> None:
        self.id = id
        self.kind: Kind = kind
        self.parent = parent
        self.node = node
        self.has_variables = False
        self.loop: list[int] | None = None
        self.flow_id: str | None = None
        self.began_as: str | None = None
        self.business_key: str | None = None
        self.pending = 0
        self.epoch = 0
        self.alive = True
        self.instance_id: str
        self.process: Process
        self.definition_id: str
        if parent is not None and kind != "process":
            self.instance_id = parent.instance_id
            self.process = parent.process
            self.definition_id = parent.definition_id

    @property
    def activity_id(self) -> str:
        """Id of the activity, as the history names it; the definition's key for a process instance."""
        if self.node is None:
            return self.process.key
        return self.node.id + BODY_SUFFIX if self.kind == "body" else self.node.id

    @property
    def activity_instance_id(self) -> str:
        """Id of the activity instance that this execution is; the process instance's own id for itself."""
        return self.id if self.node is None else activity_instance_id(self.began_as or self.activity_id, self.id)

    @property
    def flow_node(self) -> Node:
        """The node, for kinds that always have one."""
        assert self.node is not None
        return self.node

    @property
    def instance(self) -> Execution:
        """The process instance; looked up, for an execution that held itself would stay until the next collection."""
        place = self
        while place.kind != "process":
            assert place.parent is not None
            place = place.parent
        return place

    @property
    def enclosing(self) -> Execution:
        """The nearest execution around this one that contains flows: a process, subprocess or multi-instance body."""
        place = self.parent
        while place is not None and place.kind not in ("process", "scope", "body"):
            place = place.parent
        return self.instance if place is None else place

    def set_process(self, definition_id: str, process: Process) -> None:
        """Make this a process instance of that definition."""
        self.instance_id = self.id
        self.definition_id = definition_id
        self.process = process

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the state."""
        entry: dict[str, Any] = {"k": self.kind}
        if self.parent is not None:
            entry["p"] = self.parent.id
        if self.node is not None:
            entry["n"] = self.node.id
        if self.kind == "process":
            entry["d"] = self.definition_id
            if self.business_key is not None and self.parent is not None:
                entry["b"] = self.business_key
        if self.has_variables:
            entry["v"] = 1
        if self.loop is not None:
            entry["l"] = self.loop
        if self.flow_id is not None:
            entry["f"] = self.flow_id
        if self.began_as is not None:
            entry["a"] = self.began_as
        return entry


class Tree:
    """The executions of a state, turned into objects when they are looked at; what ends is taken out of the state."""

    def __init__(self, executions: dict[str, Any], definitions: Definitions) -> None:
        self._entries = executions
        self._live: dict[str, Execution] = {}
        self._children: dict[str, dict[str, None]] | None = None
        self._definitions = definitions

    def __contains__(self, id: str) -> bool:
        return id in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def _below(self, execution: Execution) -> Iterable[str]:
        """Return the ids of an execution's children, oldest first; the last execution of a tree needs no index."""
        return () if len(self._entries) < 2 else self._index().get(execution.id, ())

    def get(self, id: str) -> Execution | None:
        """Return an execution, or None."""
        found = self._live.get(id)
        if found is not None or id not in self._entries:
            return found
        missing: list[str] = []
        parent_id: str | None = id
        while parent_id is not None and parent_id not in self._live:
            missing.append(parent_id)
            parent_id = self._entries[parent_id].get("p")
        parent = None if parent_id is None else self._live[parent_id]
        for missing_id in reversed(missing):
            parent = self._build(missing_id, parent)
        return parent

    def _build(self, id: str, parent: Execution | None) -> Execution:
        entry = self._entries[id]
        kind: Kind = entry["k"]
        if kind == "process":
            execution = Execution(id, kind, parent, None)
            execution.set_process(entry["d"], self._definitions.get(entry["d"]))
            execution.business_key = entry.get("b")
        else:
            assert parent is not None
            execution = Execution(id, kind, parent, parent.process.nodes[entry["n"]])
        execution.has_variables = "v" in entry
        loop = entry.get("l")
        execution.loop = None if loop is None else list(loop)
        execution.flow_id = entry.get("f")
        execution.began_as = entry.get("a")
        self._live[id] = execution
        return execution

    def all(self) -> Iterator[Execution]:
        """Yield every execution, in the order in which they began."""
        for id in list(self._entries):
            execution = self.get(id)
            if execution is not None:
                yield execution

    def add(self, execution: Execution) -> None:
        """Take up a new execution, as the last child of its parent."""
        self._entries[execution.id] = None
        self._live[execution.id] = execution
        if self._children is not None and execution.parent is not None:
            self._children.setdefault(execution.parent.id, {})[execution.id] = None

    def remove(self, execution: Execution) -> None:
        """Forget an execution."""
        execution.alive = False
        del self._entries[execution.id]
        del self._live[execution.id]
        if self._children is not None:
            self._children.pop(execution.id, None)
            if execution.parent is not None:
                self._children[execution.parent.id].pop(execution.id, None)

    def move(self, execution: Execution, parent: Execution) -> None:
        """Give an execution another parent of the same process instance."""
        index = self._index()
        if execution.parent is not None:
            index[execution.parent.id].pop(execution.id, None)
        execution.parent = parent
        index.setdefault(parent.id, {})[execution.id] = None

    def _index(self) -> dict[str, dict[str, None]]:
        if self._children is None:
            index: dict[str, dict[str, None]] = {}
            for id, entry in self._entries.items():
                live = self._live.get(id)
                parent = None if live is None else live.parent
                parent_id = entry.get("p") if live is None else None if parent is None else parent.id
                if parent_id is not None:
                    index.setdefault(parent_id, {})[id] = None
            self._children = index
        return self._children

    def children(self, execution: Execution) -> list[Execution]:
        """Return the children that take part in the flow, oldest first (no snapshots)."""
        found = [self.get(id) for id in self._below(execution)]
        return [child for child in found if child is not None and child.kind != "snapshot"]

    def snapshots(self, execution: Execution) -> list[Execution]:
        """Return the snapshots that wait below an execution."""
        found = [self.get(id) for id in self._below(execution)]
        return [child for child in found if child is not None and child.kind == "snapshot"]

    def is_empty(self, execution: Execution) -> bool:
        """Tell whether nothing takes part in the flow below an execution."""
        for id in self._below(execution):
            child = self.get(id)
            if child is not None and child.kind != "snapshot":
                return False
        return True

    def to_json(self) -> dict[str, Any]:
        """Return the entries, with what has changed."""
        for id, execution in self._live.items():
            self._entries[id] = execution.to_json()
        return self._entries


class Waits:
    """Jobs or subscriptions of a state, found by id and by execution; the state's own entries are not changed."""

    def __init__(self, entries: dict[str, dict[str, Any]]) -> None:
        self.entries = entries
        self._index: dict[str, list[str]] | None = None

    def __bool__(self) -> bool:
        return bool(self.entries)

    def add(self, id: str, entry: dict[str, Any]) -> None:
        """Take up a new entry."""
        self.entries[id] = entry
        if self._index is not None:
            self._index.setdefault(entry["x"], []).append(id)

    def remove(self, id: str) -> dict[str, Any]:
        """Forget an entry and return it."""
        entry = self.entries.pop(id)
        if self._index is not None:
            self._index[entry["x"]].remove(id)
        return entry

    def change(self, id: str, **changes: Any) -> None:
        """Change an entry, which keeps its place among the others; what is None is left out."""
        old = self.entries[id]
        self.entries[id] = {key: value for key, value in {**old, **changes}.items() if value is not None}
        if self.entries[id]["x"] != old["x"]:
            self._index = None

    def any_of(self, kind: str) -> bool:
        """Tell whether there is an entry of a kind."""
        return any(entry["k"] == kind for entry in self.entries.values())

    def of(self, execution_id: str, kind: str | None = None) -> list[str]:
        """Return the ids of an execution's entries, oldest first; those of one kind, if one is named."""
        if not self.entries:
            return []
        if self._index is None:
            self._index = {}
            for id, entry in self.entries.items():
                self._index.setdefault(entry["x"], []).append(id)
        found = self._index.get(execution_id, ())
        return [id for id in found if kind is None or self.entries[id]["k"] == kind]

"""What a state shows of an instance: the tree of activity instances, and the list of executions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.bpmn.context import Definitions
from app.bpmn.execution.state import Execution, Tree


@dataclass(frozen=True, slots=True)
class TransitionInstance:
    """A token that waits for its asynchronous continuation; `id` is its execution's."""

    id: str
    parent_activity_instance_id: str
    activity_id: str
    activity_name: str | None
    activity_type: str
    instance_id: str
    definition_id: str


@dataclass(frozen=True, slots=True)
class ActivityInstance:
    """One activity instance with what runs inside it; the top one is the process instance itself."""

    id: str
    parent_activity_instance_id: str | None
    activity_id: str
    activity_name: str | None
    activity_type: str
    instance_id: str
    definition_id: str
    execution_ids: tuple[str, ...]
    children: tuple[ActivityInstance, ...]
    transitions: tuple[TransitionInstance, ...]


@dataclass(frozen=True, slots=True)
class ExecutionInfo:
    """One execution; `parent_id` None for a process instance (a called one, too)."""

    id: str
    parent_id: str | None
    instance_id: str
    definition_id: str
    activity_id: str | None
    activity_instance_id: str
    is_scope: bool
    ended: bool


def activity_tree(state: dict[str, Any], definitions: Definitions, instance_id: str | None = None) -> ActivityInstance:
    """Return the activity instances of one process instance of a state, the root's without `instance_id`.

    Raises KeyError when it is not running.
    """
    inside: dict[str, list[Execution]] = {}
    tree = Tree(state["executions"], definitions)
    for execution in tree.all():
        if execution.kind != "process" and execution.kind not in _INVISIBLE:
            inside.setdefault(execution.enclosing.id, []).append(execution)
    instance = tree.get(instance_id or state["id"])
    if instance is None or instance.kind != "process":
        raise KeyError(instance_id)
    return _activity(instance, inside)


_INVISIBLE = ("snapshot", "compensating")


def _activity(execution: Execution, inside: dict[str, list[Execution]]) -> ActivityInstance:
    node = execution.node
    below = inside.get(execution.id, [])
    return ActivityInstance(
        id=execution.activity_instance_id,
        parent_activity_instance_id=None if node is None else execution.enclosing.activity_instance_id,
        activity_id=execution.definition_id if node is None else execution.activity_id,
        activity_name=execution.process.name if node is None else node.name,
        activity_type=_type(execution),
        instance_id=execution.instance_id,
        definition_id=execution.definition_id,
        execution_ids=(execution.id,),
        children=tuple(_activity(child, inside) for child in below if child.kind != "async"),
        transitions=tuple(_transition(child) for child in below if child.kind == "async"),
    )


def _type(execution: Execution) -> str:
    if execution.node is None:
        return "processDefinition"
    return "multiInstanceBody" if execution.kind == "body" else execution.node.type


def _transition(execution: Execution) -> TransitionInstance:
    return TransitionInstance(
        id=execution.id,
        parent_activity_instance_id=execution.enclosing.activity_instance_id,
        activity_id=execution.activity_id,
        activity_name=execution.flow_node.name,
        activity_type=execution.flow_node.type,
        instance_id=execution.instance_id,
        definition_id=execution.definition_id,
    )


def executions(state: dict[str, Any], definitions: Definitions) -> list[ExecutionInfo]:
    """Return all executions of a state, in the order in which they began."""
    return list(_executions(state, definitions))


def _executions(state: dict[str, Any], definitions: Definitions) -> Iterator[ExecutionInfo]:
    for execution in Tree(state["executions"], definitions).all():
        if execution.kind == "snapshot":
            continue
        parent = None if execution.kind == "process" else execution.parent
        yield ExecutionInfo(
            id=execution.id,
            parent_id=None if parent is None else parent.id,
            instance_id=execution.instance_id,
            definition_id=execution.definition_id,
            activity_id=None if execution.node is None else execution.activity_id,
            activity_instance_id=execution.activity_instance_id,
            is_scope=execution.kind not in ("join", "async"),
            ended=False,
        )

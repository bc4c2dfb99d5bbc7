"""What is active in a running process instance: its tree of activity instances, and its executions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.bpmn.execution.state import BODY_SUFFIX, activity_instance_id
from app.bpmn.graph import Process
from app.models import Incident, ProcessInstance

HIDDEN = ("snapshot", "compensating")
"""Executions that only remember what may be compensated."""


@dataclass(slots=True)
class TransitionNode:
    """A token on its way into or out of an activity, waiting for a job."""

    id: str
    parent_id: str
    activity_id: str
    activity_name: str | None
    activity_type: str
    execution_id: str
    incident_ids: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ActivityNode:
    """One activity instance with those inside it; the outermost one is the process instance itself."""

    id: str
    parent_id: str | None
    activity_id: str
    activity_name: str | None
    activity_type: str
    process_instance_id: str
    definition_id: str
    execution_ids: list[str]
    children: list[ActivityNode] = field(default_factory=list)
    transitions: list[TransitionNode] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ExecutionNode:
    """One execution of a running instance; the process instance is the one without a parent."""

    id: str
    process_instance_id: str
    parent_id: str | None
    activity_id: str | None
    tenant_id: str | None
    suspended: bool


def activity_tree(process: Process, instance: ProcessInstance, state: Mapping[str, Any]) -> ActivityNode:
    """Return the tree of one instance; what it called is not part of it."""
    members = _members(instance.id, state)
    incidents = _incidents(instance.id)
    root = ActivityNode(
        id=instance.id,
        parent_id=None,
        activity_id=instance.definition_id,
        activity_name=process.name,
        activity_type="processDefinition",
        process_instance_id=instance.id,
        definition_id=instance.definition_id,
        execution_ids=[instance.id],
        incidents=incidents[instance.id],
    )
    nodes = {instance.id: root}
    for execution_id, entry in members.items():
        parent = nodes[_shown_parent(entry, members, instance.id)]
        if entry["k"] == "async":
            parent.transitions.append(_transition(execution_id, entry, process, parent, incidents))
        else:
            node = _node(execution_id, entry, process, parent, incidents)
            parent.children.append(node)
            nodes[execution_id] = node
    return root


def executions(instance: ProcessInstance, state: Mapping[str, Any]) -> list[ExecutionNode]:
    """Return the executions of one instance, the instance itself first."""
    suspended = instance.state == "SUSPENDED"
    tenant_id = instance.tenant_id
    own = ExecutionNode(instance.id, instance.id, None, None, tenant_id, suspended)
    return [
        own,
        *(
            ExecutionNode(id, instance.id, entry.get("p"), entry.get("n"), tenant_id, suspended)
            for id, entry in _members(instance.id, state).items()
        ),
    ]


def _members(instance_id: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the executions inside an instance, parents before children, without those of called instances."""
    children: dict[str, list[str]] = defaultdict(list)
    entries = state["executions"]
    for id, entry in entries.items():
        if entry["k"] != "process" and entry["k"] not in HIDDEN:
            children[entry["p"]].append(id)
    found: dict[str, Any] = {}
    pending = [instance_id]
    for parent in pending:
        for id in children[parent]:
            found[id] = entries[id]
            pending.append(id)
    return found


def _shown_parent(entry: Mapping[str, Any], members: Mapping[str, Any], instance_id: str) -> str:
    parent: str = entry["p"]
    while parent != instance_id and members[parent]["k"] == "async":
        parent = members[parent]["p"]
    return parent


def _node(
    execution_id: str, entry: Mapping[str, Any], process: Process, parent: ActivityNode, incidents: dict[str, list[Any]]
) -> ActivityNode:
    node = process.nodes[entry["n"]]
    body = entry["k"] == "body"
    activity_id = node.id + BODY_SUFFIX if body else node.id
    return ActivityNode(
        id=activity_instance_id(activity_id, execution_id),
        parent_id=parent.id,
        activity_id=activity_id,
        activity_name=node.name,
        activity_type="multiInstanceBody" if body else node.type,
        process_instance_id=parent.process_instance_id,
        definition_id=parent.definition_id,
        execution_ids=[execution_id],
        incidents=incidents[execution_id],
    )


def _transition(
    execution_id: str, entry: Mapping[str, Any], process: Process, parent: ActivityNode, incidents: dict[str, list[Any]]
) -> TransitionNode:
    node = process.nodes[entry["n"]]
    found = [incident.id for incident in incidents[execution_id]]
    return TransitionNode(execution_id, parent.id, node.id, node.name, node.type, execution_id, found)


def _incidents(instance_id: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    of_instance = Incident.process_instance_id == instance_id
    for incident in Incident.select().where(of_instance, Incident.state == "open"):
        found[incident.execution_id].append(incident)
    return found

"""What is active in a running process instance, with its incidents: its activity instances, and its executions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.bpmn.context import Definitions
from app.bpmn.execution import inspect
from app.bpmn.execution.inspect import ActivityInstance, TransitionInstance
from app.bpmn.states import IncidentState, ProcessInstanceState
from app.models import Incident, ProcessInstance

IncidentsByExecution = Mapping[str, list[Any]]


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


def activity_tree(instance: ProcessInstance, state: dict[str, Any], definitions: Definitions) -> ActivityNode:
    """Return the tree of one instance; what it called is not part of it."""
    return _node(inspect.activity_tree(state, definitions, instance.id), _incidents(instance.id))


def executions(instance: ProcessInstance, state: dict[str, Any], definitions: Definitions) -> list[ExecutionNode]:
    """Return the executions of one instance, the instance itself first."""
    suspended = instance.state == ProcessInstanceState.SUSPENDED
    return [
        ExecutionNode(each.id, instance.id, each.parent_id, each.activity_id, instance.tenant_id, suspended)
        for each in inspect.executions(state, definitions)
        if each.instance_id == instance.id
    ]


def _node(shown: ActivityInstance, incidents: IncidentsByExecution) -> ActivityNode:
    return ActivityNode(
        id=shown.id,
        parent_id=shown.parent_activity_instance_id,
        activity_id=shown.activity_id,
        activity_name=shown.activity_name,
        activity_type=shown.activity_type,
        process_instance_id=shown.instance_id,
        definition_id=shown.definition_id,
        execution_ids=list(shown.execution_ids),
        children=[_node(child, incidents) for child in shown.children],
        transitions=[_transition(transition, incidents) for transition in shown.transitions],
        incidents=[incident for id in shown.execution_ids for incident in incidents[id]],
    )


def _transition(shown: TransitionInstance, incidents: IncidentsByExecution) -> TransitionNode:
    return TransitionNode(
        id=shown.id,
        parent_id=shown.parent_activity_instance_id,
        activity_id=shown.activity_id,
        activity_name=shown.activity_name,
        activity_type=shown.activity_type,
        execution_id=shown.id,
        incident_ids=[incident.id for incident in incidents[shown.id]],
    )


def _incidents(instance_id: str) -> IncidentsByExecution:
    found: dict[str, list[Any]] = defaultdict(list)
    of_instance = Incident.process_instance_id == instance_id
    for incident in Incident.select().where(of_instance, Incident.state == IncidentState.OPEN):
        found[incident.execution_id].append(incident)
    return found

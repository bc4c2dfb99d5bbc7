"""Which of Camunda's behaviours an activity has: instructions map equals to equals, and refusals name them."""

from __future__ import annotations

from app.bpmn.migration.activities import Activities, Activity
from app.bpmn.vocabulary import Behaviour, EventType

_BY_TAG = {
    "task": "TaskActivityBehavior",
    "manualTask": "ManualTaskActivityBehavior",
    "serviceTask": "ServiceTaskExpressionActivityBehavior",
    "sendTask": "ServiceTaskExpressionActivityBehavior",
    "businessRuleTask": "DmnBusinessRuleTaskActivityBehavior",
    "scriptTask": "ScriptTaskActivityBehavior",
    "userTask": "UserTaskActivityBehavior",
    "receiveTask": "ReceiveTaskActivityBehavior",
    "exclusiveGateway": "ExclusiveGatewayActivityBehavior",
    "parallelGateway": "ParallelGatewayActivityBehavior",
    "inclusiveGateway": "InclusiveGatewayActivityBehavior",
    "eventBasedGateway": "EventBasedGatewayActivityBehavior",
    "subProcess": "SubProcessActivityBehavior",
    "transaction": "SubProcessActivityBehavior",
    "callActivity": "CallActivityBehavior",
    "boundaryEvent": "BoundaryEventActivityBehavior",
    "intermediateCatchEvent": "IntermediateCatchEventActivityBehavior",
    "intermediateThrowEvent": "IntermediateThrowNoneEventActivityBehavior",
    "endEvent": "NoneEndEventActivityBehavior",
    "startEvent": "NoneStartEventActivityBehavior",
}
_BY_EVENT = {
    ("boundaryEvent", EventType.CONDITIONAL): "BoundaryConditionalEventActivityBehavior",
    ("boundaryEvent", EventType.CANCEL): "CancelBoundaryEventActivityBehavior",
    ("intermediateCatchEvent", EventType.LINK): "IntermediateCatchLinkEventActivityBehavior",
    ("intermediateCatchEvent", EventType.CONDITIONAL): "IntermediateConditionalEventBehavior",
    ("intermediateThrowEvent", EventType.SIGNAL): "ThrowSignalEventActivityBehavior",
    ("intermediateThrowEvent", EventType.ESCALATION): "ThrowEscalationEventActivityBehavior",
    ("intermediateThrowEvent", EventType.COMPENSATE): "CompensationEventActivityBehavior",
    ("endEvent", EventType.MESSAGE): "IntermediateThrowNoneEventActivityBehavior",
    ("endEvent", EventType.SIGNAL): "ThrowSignalEventActivityBehavior",
    ("endEvent", EventType.ESCALATION): "ThrowEscalationEventActivityBehavior",
    ("endEvent", EventType.COMPENSATE): "CompensationEventActivityBehavior",
    ("endEvent", EventType.ERROR): "ErrorEndEventActivityBehavior",
    ("endEvent", EventType.CANCEL): "CancelEndEventActivityBehavior",
    ("endEvent", EventType.TERMINATE): "TerminateEndEventActivityBehavior",
}
_EVENT_SUBPROCESS = "EventSubProcessActivityBehavior"
_EVENT_SUBPROCESS_START = "EventSubProcessStartEventActivityBehavior"
_CONDITIONAL_START = "EventSubProcessStartConditionalEventActivityBehavior"
_PARALLEL, _SEQUENTIAL = "ParallelMultiInstanceActivityBehavior", "SequentialMultiInstanceActivityBehavior"

CONDITIONAL = frozenset(
    ("IntermediateConditionalEventBehavior", "BoundaryConditionalEventActivityBehavior", _CONDITIONAL_START)
)
SUPPORTED = frozenset(
    (
        "SubProcessActivityBehavior",
        "UserTaskActivityBehavior",
        "BoundaryEventActivityBehavior",
        _PARALLEL,
        _SEQUENTIAL,
        "ReceiveTaskActivityBehavior",
        "CallActivityBehavior",
        "IntermediateCatchEventActivityBehavior",
        "EventBasedGatewayActivityBehavior",
        _EVENT_SUBPROCESS,
        _EVENT_SUBPROCESS_START,
        "ExternalTaskActivityBehavior",
        "ParallelGatewayActivityBehavior",
        "InclusiveGatewayActivityBehavior",
        *CONDITIONAL,
    )
)
"""What can be active while an instance is migrated."""


def behaviour(activity: Activity, activities: Activities) -> str:
    """Return the name of the behaviour of an activity (not of the process)."""
    node = activity.flow_node
    if activity.is_body and node.multi_instance is not None:
        return _SEQUENTIAL if node.multi_instance.sequential else _PARALLEL
    if node.external is not None:
        return "ExternalTaskActivityBehavior"
    if node.behaviour.by_event:
        return _EVENT_SUBPROCESS
    if is_event_subprocess_start(activity, activities):
        return _CONDITIONAL_START if node.event.type is EventType.CONDITIONAL else _EVENT_SUBPROCESS_START
    return _BY_EVENT.get((node.tag, node.event.type), _BY_TAG[node.tag])


def is_event_subprocess_start(activity: Activity, activities: Activities) -> bool:
    """Tell whether an activity is the start event of an event subprocess."""
    scope = activities.flow_scope(activity)
    around = None if scope is None else scope.node
    return activity.flow_node.behaviour is Behaviour.START and around is not None and around.behaviour.by_event


def is_passive_event(activity: Activity, activities: Activities) -> bool:
    """Tell whether an activity is an event that watches a scope: a boundary event, or one that starts a subprocess."""
    return activity.flow_node.attached_to is not None or is_event_subprocess_start(activity, activities)


def is_async(activity: Activity) -> bool:
    """Tell whether a job goes on before or behind an activity."""
    return is_async_before(activity) or is_async_after(activity)


def is_async_before(activity: Activity) -> bool:
    """Tell whether an activity waits for a job before it begins; the inner one of a body has its own."""
    node = activity.flow_node
    loop = None if activity.is_body else node.multi_instance
    return node.async_before if loop is None else loop.async_before


def is_async_after(activity: Activity) -> bool:
    """Tell whether an activity is left by a job; the inner one of a body has its own."""
    node = activity.flow_node
    loop = None if activity.is_body else node.multi_instance
    return node.async_after if loop is None else loop.async_after

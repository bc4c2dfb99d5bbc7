"""The tree of a running instance's activities as JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from app.engine.activity_tree import ActivityNode, TransitionNode

_TEXTS = ("id", "parentActivityInstanceId", "activityId", "activityType", "processInstanceId", "processDefinitionId")
_ids = fields.List(fields.String())
ACTIVITY_INSTANCE = Schema.from_dict(
    {
        **{name: fields.String(allow_none=True) for name in (*_TEXTS, "activityName", "name")},
        "childActivityInstances": fields.List(fields.Dict()),
        "childTransitionInstances": fields.List(fields.Dict()),
        "executionIds": _ids,
        "incidentIds": _ids,
        "incidents": fields.List(fields.Dict()),
    },
    name="ActivityInstance",
)()


def activity_instance_to_json(node: ActivityNode) -> dict[str, Any]:
    """Return a node with everything below it."""
    root: dict[str, Any] = {}
    pending = [(node, root)]
    for each, written in pending:
        children: list[dict[str, Any]] = [{} for _ in each.children]
        written.update(_node(each, children))
        pending += zip(each.children, children, strict=True)
    return root


def _node(node: ActivityNode, children: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": node.id,
        "parentActivityInstanceId": node.parent_id,
        "activityId": node.activity_id,
        "activityType": node.activity_type,
        "processInstanceId": node.process_instance_id,
        "processDefinitionId": node.definition_id,
        "childActivityInstances": children,
        "childTransitionInstances": [_transition(each, node) for each in node.transitions],
        "executionIds": node.execution_ids,
        "activityName": node.activity_name,
        "incidentIds": [incident.id for incident in node.incidents],
        "incidents": [{"id": incident.id, "activityId": incident.activity_id} for incident in node.incidents],
        "name": node.activity_name,
    }


def _transition(transition: TransitionNode, parent: ActivityNode) -> dict[str, Any]:
    return {
        "id": transition.id,
        "parentActivityInstanceId": transition.parent_id,
        "processInstanceId": parent.process_instance_id,
        "processDefinitionId": parent.definition_id,
        "activityId": transition.activity_id,
        "activityName": transition.activity_name,
        "activityType": transition.activity_type,
        "executionId": transition.execution_id,
        "targetActivityId": transition.activity_id,
        "incidentIds": transition.incident_ids,
        "incidents": [{"id": id, "activityId": transition.activity_id} for id in transition.incident_ids],
    }

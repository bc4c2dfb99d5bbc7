"""ProcessCube's flow node instances: the list that its clients ask for user tasks, events and everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response

from app.api.atlas.dialect import resource
from app.api.atlas.queries import listed, sorting, wanted
from app.api.components import components
from app.api.five_minds.forms import filled, forms_of
from app.bpmn.plain_json import iso_instant, to_token
from app.bpmn.values import Variables
from app.identity import MANAGE_PROCESS_INSTANCES
from app.models.activity_instance import ActivityInstance
from app.models.process_instance import ProcessInstance
from app.queries.flow_nodes import FLOW_NODES, bare_id, bpmn_type_of, state_of
from app.queries.process_runs import correlation_of, instances_by_id, last_variables

blueprint = resource("flow nodes")

FILTERS = {
    "flowNodeInstanceId": "ids",
    "flowNodeId": "activity_ids",
    "flowNodeName": "activity_names",
    "flowNodeType": "bpmn_types",
    "eventType": "event_types",
    "processInstanceId": "process_instance_ids",
    "processDefinitionId": "definition_ids",
    "processModelId": "definition_keys",
    "correlationId": "correlation_ids",
    "ownerId": "user_ids",
    "parentProcessInstanceId": "super_instance_ids",
    "state": "states",
}
ORDERS = {
    "flowNodeInstanceId": "id",
    "flowNodeId": "activity_id",
    "flowNodeName": "activity_name",
    "flowNodeType": "activity_type",
    "processDefinitionId": "definition_id",
    "processModelId": "definition_key",
    "processInstanceId": "process_instance_id",
    "createdAt": "started_at",
    "finishedAt": "ended_at",
}


@blueprint.route("/flow_node_instances", claim=MANAGE_PROCESS_INSTANCES, methods=["GET"])
def query_flow_node_instances() -> Response:
    """Search flow node instances, running and ended."""
    order = sorting(ORDERS, [("started_at", "asc")])
    return listed("flowNodeInstances", FLOW_NODES, dict(wanted(FILTERS)), flow_nodes_json, order)


def flow_nodes_json(rows: Sequence[ActivityInstance]) -> list[dict[str, Any]]:
    """Return flow node instances, user tasks with their forms."""
    instances = instances_by_id(components.database, (row.process_instance_id for row in rows))
    scopes = {row.execution_id for row in rows} | set(instances)
    variables = last_variables(components.database, scopes)
    forms = forms_of(row.definition_id for row in rows if row.activity_type == "userTask")
    return [
        {
            **_common(row, instances[row.process_instance_id]),
            **_tokens(row, to_token({**variables[row.process_instance_id], **variables[row.execution_id]})),
            **(_user_task(row, forms[row.definition_id], variables) if row.activity_type == "userTask" else {}),
        }
        for row in rows
    ]


def _common(row: ActivityInstance, instance: ProcessInstance) -> dict[str, Any]:
    return {
        "flowNodeInstanceId": bare_id(row.id),
        "flowNodeId": row.activity_id,
        "flowNodeName": row.activity_name or row.activity_id,
        "flowNodeType": bpmn_type_of(row.activity_type),
        "state": state_of(row),
        "processDefinitionId": row.definition_id,
        "processModelId": row.definition_key,
        "processInstanceId": row.process_instance_id,
        "correlationId": correlation_of(instance),
        "ownerId": instance.start_user_id or "",
        "startedAt": iso_instant(row.started_at),
        "metaInfo": [],
    }


def _tokens(row: ActivityInstance, token: dict[str, Any]) -> dict[str, Any]:
    """Return the token, as the start and, once it ended, the end: only the last values are kept."""
    ended = {} if row.ended_at is None else {"endToken": token, "finishedAt": iso_instant(row.ended_at)}
    return {"startToken": token, "tokens": [], **ended}


def _user_task(
    row: ActivityInstance, forms: dict[str, list[dict[str, Any]]], variables: Mapping[str, Variables]
) -> dict[str, Any]:
    seen = {**variables[row.process_instance_id], **variables[row.execution_id]}
    them = filled(forms.get(row.activity_id, []), seen, row.activity_id)
    fields = [{name: value for name, value in field.items() if value is not None} for field in them]
    config = {"formFields": fields, "customForm": "DynamicForm"}
    known = {"userTaskConfig": config, "userTaskConfigModel": config}
    return known | ({"actualOwnerId": row.assignee} if row.assignee else {})

"""Flow node instances and token history of the management API: what ran, when, and with which token.

The engine keeps variables and not a copy of the token for every step, so the token of a running flow node is what it
sees now, and of an ended one the last values of its scope within those of its process instance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from app.api.components import components
from app.api.dialect import reply
from app.api.process_engine.blueprints import MANAGEMENT
from app.api.process_engine.pages import MAX_PAGE, listed
from app.api.process_engine.process_instances import MANAGE, owner_json
from app.bpmn.plain_json import iso_instant, to_token
from app.models.activity_instance import ActivityInstance
from app.models.process_instance import ProcessInstance
from app.queries.flow_nodes import FLOW_NODES, bare_id, bpmn_type_of, state_of
from app.queries.listing import Sorting
from app.queries.process_runs import correlation_of, instances_by_id, last_variables

management = MANAGEMENT.resource("token history")

OLDEST_FIRST: Sorting = [("started_at", "asc")]
STATES = {"canceled": "terminated"}


def tokens_of(rows: Sequence[ActivityInstance]) -> dict[str, dict[str, Any]]:
    """Return the token of each flow node instance, by its id."""
    scopes = {row.execution_id for row in rows} | {row.process_instance_id for row in rows}
    variables = last_variables(components.database, scopes)
    return {row.id: to_token({**variables[row.process_instance_id], **variables[row.execution_id]}) for row in rows}


def flow_nodes_json(rows: Sequence[ActivityInstance]) -> list[dict[str, Any]]:
    """Return flow node instances with the tokens they were entered and left with."""
    instances = instances_by_id(components.database, (row.process_instance_id for row in rows))
    tokens = tokens_of(rows)
    return [
        {
            "id": bare_id(row.id),
            "flowNodeId": row.activity_id,
            "flowNodeType": bpmn_type_of(row.activity_type),
            "correlationId": correlation_of(instances[row.process_instance_id]),
            "processModelId": row.definition_key,
            "processInstanceId": row.process_instance_id,
            "state": STATES.get(state_of(row), state_of(row)),
            "owner": owner_json(instances[row.process_instance_id]),
            "tokens": _tokens(row, instances[row.process_instance_id], tokens[row.id], "type"),
        }
        for row in rows
    ]


def _tokens(row: ActivityInstance, instance: ProcessInstance, token: Any, kind: str) -> list[dict[str, Any]]:
    """Return one entry for entering and, once it was left, one for leaving; `kind` names the member that says which."""
    moments = [("onEnter", row.started_at)] + ([("onExit", row.ended_at)] if row.ended_at is not None else [])
    return [
        {
            "flowNodeId": row.activity_id,
            "flowNodeInstanceId": bare_id(row.id),
            "processInstanceId": row.process_instance_id,
            "processModelId": row.definition_key,
            "correlationId": correlation_of(instance),
            kind: moment,
            "identity": owner_json(instance),
            "createdAt": iso_instant(at),
            "payload": token,
        }
        for moment, at in moments
    ]


@management.route("/process_instances/<instance_id>/flow_node_instances", methods=["GET"], **MANAGE)
def list_flow_node_instances(instance_id: str) -> Response:
    """List what ran in a process instance."""
    criteria = {"process_instance_ids": [instance_id]}
    return listed("flowNodeInstances", FLOW_NODES, criteria, flow_nodes_json, OLDEST_FIRST)


@management.route("/process_instance/<instance_id>/flow_node/<flow_node_id>/token_history", methods=["GET"], **MANAGE)
def list_tokens_of_flow_node(instance_id: str, flow_node_id: str) -> Response:
    """Return the tokens of one flow node in a process instance."""
    return _history({"process_instance_ids": [instance_id], "activity_ids": [flow_node_id]})


@management.route(
    "/correlation/<correlation_id>/process_model/<process_model_id>/flow_node/<flow_node_id>/token_history",
    methods=["GET"],
    **MANAGE,
)
def list_tokens_in_correlation(correlation_id: str, process_model_id: str, flow_node_id: str) -> Response:
    """Return the tokens of one flow node in a correlation."""
    of_model = {"correlation_ids": [correlation_id], "definition_keys": [process_model_id]}
    return _history({**of_model, "activity_ids": [flow_node_id]})


@management.route("/process_instance/<instance_id>/token_history", methods=["GET"], **MANAGE)
def group_tokens_of_instance(instance_id: str) -> Response:
    """Return the tokens of all flow nodes of a process instance, grouped by it."""
    return _groups({"process_instance_ids": [instance_id]})


@management.route(
    "/correlation/<correlation_id>/process_model/<process_model_id>/token_history", methods=["GET"], **MANAGE
)
def group_tokens_of_correlation(correlation_id: str, process_model_id: str) -> Response:
    """Return the tokens of a model in a correlation, grouped by process instance."""
    return _groups({"correlation_ids": [correlation_id], "definition_keys": [process_model_id]})


def _entries(criteria: dict[str, Any]) -> list[dict[str, Any]]:
    rows = FLOW_NODES.find(components.database, criteria, sorting=OLDEST_FIRST, limit=MAX_PAGE)
    instances = instances_by_id(components.database, (row.process_instance_id for row in rows))
    tokens = tokens_of(rows)
    return [
        entry
        for row in rows
        for entry in _tokens(row, instances[row.process_instance_id], tokens[row.id], "tokenEventType")
    ]


def _history(criteria: dict[str, Any]) -> Response:
    entries = _entries(criteria)
    return reply({"tokenHistoryEntries": entries, "totalCount": len(entries)})


def _groups(criteria: dict[str, Any]) -> Response:
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in _entries(criteria):
        groups.setdefault(entry["processInstanceId"], []).append(entry)
    return reply({id: {"tokenHistoryEntries": entries, "totalCount": len(entries)} for id, entries in groups.items()})

"""Process instances and correlations: whose they are, how they stand, how they ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.api.five_minds.forms import xml_of
from app.api.process_engine.blueprints import CONSUMER, MANAGEMENT
from app.api.process_engine.pages import listed
from app.bpmn.plain_json import iso_instant, to_token
from app.errors import NotFound
from app.identity import MANAGE_PROCESS_INSTANCES
from app.models.process_instance import ProcessInstance
from app.queries.flow_nodes import FLOW_NODES
from app.queries.listing import Sorting
from app.queries.process_definitions import get_definition
from app.queries.process_runs import PROCESS_RUNS, correlation_of, last_variables, state_of

consumer = CONSUMER.resource("process instances")
management = MANAGEMENT.resource("process instances")

OLDEST_FIRST: Sorting = [("started_at", "asc")]
MANAGE: dict[str, Any] = {"claim": MANAGE_PROCESS_INSTANCES, "strict_slashes": False}


def owner_json(row: ProcessInstance) -> dict[str, Any]:
    """Return who started an instance; never a token."""
    return {"userId": row.start_user_id}


def error_json(row: ProcessInstance) -> dict[str, Any] | None:
    """Return the error that an instance ended in."""
    if state_of(row) != "error":
        return None
    return {"name": "BpmnError", "code": row.error_code or "", "message": row.delete_reason or ""}


def own_instance_json(row: ProcessInstance) -> dict[str, Any]:
    """Return an instance as the consumer API writes it."""
    instance = {
        "id": row.id,
        "owner": owner_json(row),
        "correlationId": correlation_of(row),
        "processModelId": row.definition_key,
    }
    return instance | ({"parentProcessInstanceId": row.super_instance_id} if row.super_instance_id else {})


def instance_json(row: ProcessInstance) -> dict[str, Any]:
    """Return an instance as the management API writes it, with its model's file."""
    definition = get_definition(components.database, row.definition_id)
    return {
        "correlationId": correlation_of(row),
        "processDefinitionName": definition.key,
        "processModelId": row.definition_key,
        "processInstanceId": row.id,
        "parentProcessInstanceId": row.super_instance_id,
        "hash": row.definition_id,
        "xml": xml_of(definition),
        "state": "error" if state_of(row) in ("error", "terminated") else state_of(row),
        "error": error_json(row),
        "identity": owner_json(row),
        "createdAt": iso_instant(row.started_at),
        "finishedAt": None if row.ended_at is None else iso_instant(row.ended_at),
    }


def _many(write: Any) -> Any:
    return lambda rows: [write(row) for row in rows]


@consumer.route("/process_instances/own", methods=["GET"], **MANAGE)
def list_own_process_instances() -> Response:
    """List the running instances that the caller started."""
    criteria = {"user_ids": [identity().user_id], "states": ["running"]}
    return listed("processInstances", PROCESS_RUNS, criteria, _many(own_instance_json), OLDEST_FIRST)


@consumer.route("/correlations/<correlation_id>/process_models/<process_model_id>/results", methods=["GET"], **MANAGE)
def list_results(correlation_id: str, process_model_id: str) -> Response:
    """Return how the ended instances of a model in a correlation ended: end event and token."""
    criteria = {"correlation_ids": [correlation_id], "definition_keys": [process_model_id], "states": ["finished"]}
    return listed("correlationResults", PROCESS_RUNS, criteria, _results, OLDEST_FIRST)


def _results(rows: Sequence[ProcessInstance]) -> list[dict[str, Any]]:
    tokens = last_variables(components.database, [row.id for row in rows])
    return [
        {
            "correlationId": correlation_of(row),
            "endEventId": end_event_of(row),
            "tokenPayload": to_token(tokens[row.id]),
        }
        for row in rows
    ]


def end_event_of(row: ProcessInstance) -> str | None:
    """Return the id of the end event that an instance reached last."""
    reached = FLOW_NODES.find(
        components.database, {"process_instance_ids": [row.id], "states": ["finished"]}, sorting=[("ended_at", "desc")]
    )
    return next((each.activity_id for each in reached if each.activity_type.endswith("EndEvent")), None)


@management.route("/process_instances/<instance_id>", methods=["GET"], **MANAGE)
def get_process_instance(instance_id: str) -> Response:
    """Return one instance, running or ended."""
    return reply(instance_json(PROCESS_RUNS.get(components.database, instance_id)))


@management.route("/process_instances/by_correlation/<correlation_id>", methods=["GET"], **MANAGE)
def list_instances_of_correlation(correlation_id: str) -> Response:
    """List the instances of a correlation."""
    return _instances({"correlation_ids": [correlation_id]})


@management.route("/process_instances/by_process_model/<process_model_id>", methods=["GET"], **MANAGE)
def list_instances_of_model(process_model_id: str) -> Response:
    """List the instances of a process model."""
    return _instances({"definition_keys": [process_model_id]})


@management.route("/process_instances/by_state/<state>", methods=["GET"], **MANAGE)
def list_instances_in_state(state: str) -> Response:
    """List the instances in a state: running, finished or error."""
    return _instances({"states": ["error", "terminated"] if state == "error" else [state]})


def _instances(criteria: dict[str, Any]) -> Response:
    return listed("processInstances", PROCESS_RUNS, criteria, _many(instance_json), OLDEST_FIRST)


@management.route("/process_instance/<instance_id>/terminate", methods=["POST"], **{**MANAGE, "produces": None})
def terminate_process_instance(instance_id: str) -> Response:
    """End a running instance from outside."""
    components.process_instances.delete(identity(), instance_id, reason="Process was terminated")
    return no_content()


@management.route("/correlations/all", methods=["GET"], **MANAGE)
def list_correlations() -> Response:
    """List all correlations."""
    return _correlations({})


@management.route("/correlations/active", methods=["GET"], **MANAGE)
def list_active_correlations() -> Response:
    """List the correlations with a running instance."""
    return _correlations({"states": ["running"]})


@management.route("/correlations/process_model/<process_model_id>", methods=["GET"], **MANAGE)
def list_correlations_of_model(process_model_id: str) -> Response:
    """List the correlations in which a model ran."""
    return _correlations({"definition_keys": [process_model_id]})


@management.route("/correlations/<correlation_id>", methods=["GET"], **MANAGE)
def get_correlation(correlation_id: str) -> Response:
    """Return one correlation with its instances."""
    rows = PROCESS_RUNS.find(
        components.database, {"correlation_ids": [correlation_id]}, sorting=OLDEST_FIRST, limit=1000
    )
    if not rows:
        raise NotFound(correlation_id, kind="correlation")
    return reply(_grouped(rows)[0])


def _correlations(criteria: dict[str, Any]) -> Response:
    return listed("correlations", PROCESS_RUNS, {**criteria, "roots": True}, _grouped, OLDEST_FIRST)


def _grouped(rows: Sequence[ProcessInstance]) -> list[dict[str, Any]]:
    """Put the instances of each correlation together, in the order of the first."""
    groups: dict[str, list[ProcessInstance]] = {}
    for row in rows:
        groups.setdefault(correlation_of(row), []).append(row)
    return [_correlation_json(id, members) for id, members in groups.items()]


def _correlation_json(correlation_id: str, rows: list[ProcessInstance]) -> dict[str, Any]:
    failed = next((row for row in rows if state_of(row) in ("error", "terminated")), None)
    running = any(state_of(row) == "running" for row in rows)
    return {
        "id": correlation_id,
        "processInstances": [instance_json(row) for row in rows],
        "state": "running" if running else "error" if failed else "finished",
        "error": error_json(failed) if failed else None,
        "createdAt": iso_instant(rows[0].started_at),
    }

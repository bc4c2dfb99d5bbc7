"""ProcessCube's process instances and correlations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from app.api.atlas.dialect import resource
from app.api.atlas.queries import MAX_PAGE, flag, instants, listed, sorting, wanted
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.api.five_minds.forms import xml_of
from app.bpmn.plain_json import iso_instant, to_token
from app.errors import InvalidInput, NotFound
from app.identity import MANAGE_PROCESS_INSTANCES
from app.models.process_instance import ProcessInstance
from app.queries.process_definitions import PROCESS_DEFINITIONS
from app.queries.process_runs import PROCESS_RUNS, correlation_of, last_variables, state_of
from app.queries.selection import Search

blueprint = resource("process instances")

READ: dict[str, Any] = {"claim": MANAGE_PROCESS_INSTANCES, "methods": ["GET"], "strict_slashes": False}
FILTERS = {
    "correlationId": "correlation_ids",
    "processInstanceId": "ids",
    "processDefinitionId": "definition_ids",
    "processModelHash": "definition_ids",
    "processModelId": "definition_keys",
    "ownerId": "user_ids",
    "state": "states",
    "parentProcessInstanceId": "super_instance_ids",
}
INSTANTS = {
    "createdBefore": "started_before",
    "createdAfter": "started_after",
    "finishedBefore": "ended_before",
    "finishedAfter": "ended_after",
}
ORDERS = {
    "correlationId": "business_key",
    "processInstanceId": "id",
    "processDefinitionId": "definition_id",
    "processModelId": "definition_key",
    "ownerId": "start_user_id",
    "state": "state",
    "createdAt": "started_at",
    "finishedAt": "ended_at",
}


def instance_json(row: ProcessInstance, token: dict[str, Any], xml: str | None = None) -> dict[str, Any]:
    """Return an instance. What does not apply is left out: the Python client refuses null in most places."""
    ended = {} if row.ended_at is None else {"finishedAt": iso_instant(row.ended_at), "endToken": token}
    duration = {} if row.ended_at is None else {"durationInMilliseconds": row.ended_at - row.started_at}
    parent = {"parentProcessInstanceId": row.super_instance_id} if row.super_instance_id else {}
    return {
        "correlationId": correlation_of(row),
        "processInstanceId": row.id,
        "processDefinitionId": row.definition_id,
        "processModelId": row.definition_key,
        "hash": row.definition_id,
        "state": state_of(row),
        "ownerId": row.start_user_id or "",
        "startedByRootAccessToken": False,
        "createdAt": iso_instant(row.started_at),
        "metadata": {},
        **parent,
        **ended,
        **duration,
        **({"error": _error(row)} if state_of(row) == "error" else {}),
        **({} if xml is None else {"xml": xml}),
    }


def _error(row: ProcessInstance) -> dict[str, Any]:
    return {"name": "BpmnError", "code": row.error_code or "", "message": row.delete_reason or ""}


def instances_json(rows: Sequence[ProcessInstance]) -> list[dict[str, Any]]:
    """Return instances, with their models' files if the request wants them."""
    tokens = last_variables(components.database, [row.id for row in rows])
    files: dict[str, str] = {}
    if flag("includeXml"):
        ids = sorted({row.definition_id for row in rows})
        files = {each.id: xml_of(each) for each in PROCESS_DEFINITIONS.find(components.database, {"ids": ids})}
    return [instance_json(row, to_token(tokens[row.id]), files.get(row.definition_id)) for row in rows]


@blueprint.route("/process_instances/query", **READ)
def query_process_instances() -> Response:
    """Search instances, running and ended."""
    criteria = {**wanted(FILTERS), **instants(INSTANTS)}
    return listed("processInstances", PROCESS_RUNS, criteria, instances_json, sorting(ORDERS, [("started_at", "asc")]))


@blueprint.route(
    "/process_instances/<instance_id>/terminate", claim=MANAGE_PROCESS_INSTANCES, methods=["PUT"], produces=None
)
def terminate_process_instance(instance_id: str) -> Response:
    """End a running instance from outside."""
    components.process_instances.delete(identity(), instance_id, reason="Process was terminated")
    return no_content()


@blueprint.route("/process_instances", claim=MANAGE_PROCESS_INSTANCES, methods=["DELETE"], produces=None)
def delete_process_instances() -> Response:
    """Forget ended instances: `process_instance_ids` between semicolons, or the conditions of the query; all or none.

    What they called goes with them, whether `delete_all_related_data` says so or not.
    """
    named = request.args.get("process_instance_ids")
    if named is None:
        components.retention.remove_found(identity(), _described())
    else:
        components.retention.remove(identity(), *filter(None, named.split(";")))
    return no_content()


def _described() -> Search:
    """Return the search for what the request describes. Raises InvalidInput for one that describes nothing."""
    criteria = {**wanted(FILTERS), **instants(INSTANTS)}
    if not criteria:
        raise InvalidInput("Say which process instances are to be deleted.", field="process_instance_ids")
    return Search(PROCESS_RUNS, criteria, MAX_PAGE)


@blueprint.route("/process_instances/<instance_id>/find_children", **READ)
def find_children(instance_id: str) -> Response:
    """Return the ids of the instances that an instance called, those below them with `includeNested`."""
    found: list[str] = []
    level = [PROCESS_RUNS.get(components.database, instance_id).id]
    while level:
        rows = PROCESS_RUNS.find(components.database, {"super_instance_ids": level[:1000]})
        level = [row.id for row in rows] if flag("includeNested") else []
        found += [row.id for row in rows]
    return reply(found)


@blueprint.route("/process_instances/<instance_id>/find_ancestors", **READ)
def find_ancestors(instance_id: str) -> Response:
    """Return the ids of the instances that called an instance, nearest first."""
    found: list[str] = []
    row = PROCESS_RUNS.get(components.database, instance_id)
    while row.super_instance_id:
        found.append(row.super_instance_id)
        row = PROCESS_RUNS.get(components.database, row.super_instance_id)
    return reply(found)


@blueprint.route("/correlations", **READ)
def list_correlations() -> Response:
    """List correlations, one for each root instance, with their instances on demand."""
    return listed("correlations", PROCESS_RUNS, {"roots": True}, _correlations, [("started_at", "asc")])


@blueprint.route("/correlations/<correlation_id>", **READ)
def get_correlation(correlation_id: str) -> Response:
    """Return one correlation."""
    rows = PROCESS_RUNS.find(components.database, {"correlation_ids": [correlation_id]}, limit=1000)
    if not rows:
        raise NotFound(correlation_id, kind="correlation")
    return reply(_correlations(rows)[0])


def _correlations(rows: Sequence[ProcessInstance]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row, instance in zip(rows, instances_json(rows), strict=True):
        groups.setdefault(correlation_of(row), []).append(instance)
    return [
        {"correlationId": id, "metadata": {}, **({"processInstances": them} if flag("includeProcessInstances") else {})}
        for id, them in groups.items()
    ]

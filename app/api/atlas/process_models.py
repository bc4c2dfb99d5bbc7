"""ProcessCube's process definitions (files) and process models (the processes in them), and starting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from app.api.atlas.dialect import resource
from app.api.atlas.process_model_schemas import persist_schema, start_schema
from app.api.atlas.queries import flag, listed
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.api.five_minds.fetching import caller_is_gone
from app.api.five_minds.forms import xml_of
from app.api.remarks import with_remarks
from app.bpmn.graph import Node
from app.bpmn.plain_json import iso_instant
from app.bpmn.vocabulary import Behaviour, EventType
from app.identity import MANAGE_PROCESS_INSTANCES, WRITE_PROCESS_MODEL
from app.models.process_definition import ProcessDefinition
from app.queries.deployments import DEPLOYMENTS
from app.queries.flow_nodes import bpmn_type_of
from app.queries.process_definitions import PROCESS_DEFINITIONS, get_definition, latest_definition
from app.queries.process_runs import PROCESS_RUNS, correlation_of
from app.services.process_instances.awaited_runs import RunRequest

blueprint = resource("process models")

LATEST = {"latest": True, "without_tenant": True}
READ: dict[str, Any] = {"claim": MANAGE_PROCESS_INSTANCES, "methods": ["GET"], "strict_slashes": False}
WRITE: dict[str, Any] = {"claim": WRITE_PROCESS_MODEL, "produces": None, "strict_slashes": False}
MANAGE: dict[str, Any] = {"claim": MANAGE_PROCESS_INSTANCES, "methods": ["POST"]}
EVENT_TYPES: dict[str, str] = {
    EventType.MESSAGE: "messageEvent",
    EventType.SIGNAL: "signalEvent",
    EventType.TIMER: "timerEvent",
    EventType.ERROR: "errorEvent",
    EventType.ESCALATION: "escalationEvent",
    EventType.CONDITIONAL: "conditionalEvent",
    EventType.TERMINATE: "terminateEvent",
}


def node_json(node: Node) -> dict[str, Any]:
    """Return a flow node of a model."""
    described = {"id": node.id, "name": node.name or "", "bpmnType": bpmn_type_of(node.type)}
    return described | ({"eventType": EVENT_TYPES[node.event.type]} if node.event.type in EVENT_TYPES else {})


def model_json(row: ProcessDefinition) -> dict[str, Any]:
    """Return a process with its flow nodes."""
    process = components.engine.definitions.get(row.id)
    own = [node for node in process.nodes.values() if node.scope_id == process.root.id]
    return {
        "processDefinitionId": row.id,
        "processModelId": row.key,
        "processModelName": row.name or row.key,
        "version": row.version_tag or str(row.version),
        "customProperties": {},
        "isExecutable": not row.suspended,
        "isSingleton": False,
        "startEvents": [node_json(node) for node in own if node.behaviour is Behaviour.START],
        "endEvents": [node_json(node) for node in own if node.behaviour is Behaviour.END],
        "flowNodes": [node_json(node) for node in process.nodes.values()],
    }


def definition_json(row: ProcessDefinition) -> dict[str, Any]:
    """Return the file of a process; its id is that of one version of the process, which no other file has."""
    definition = {
        "processDefinitionId": row.id,
        "hash": row.id,
        "processModels": [model_json(row)],
        "deployedAt": iso_instant(DEPLOYMENTS.get(components.database, row.deployment_id).deployed_at),
        "deployedByUserId": "",
    }
    return definition | ({"xml": xml_of(row)} if flag("includeXml") else {})


def the_definition(id: str) -> ProcessDefinition:
    """Return the version with that id, or the latest of the file or process so named. Raises DefinitionNotFound."""
    for criteria in ({"id": id}, {"resource_name": f"{id}.bpmn", **LATEST}):
        found = PROCESS_DEFINITIONS.find(components.database, criteria, limit=1)
        if found:
            return found[0]
    return latest_definition(components.database, id)


def _definitions(rows: Sequence[ProcessDefinition]) -> list[dict[str, Any]]:
    return [definition_json(row) for row in rows]


def _models(rows: Sequence[ProcessDefinition]) -> list[dict[str, Any]]:
    return [model_json(row) for row in rows]


@blueprint.route("/process_definitions", methods=["POST"], **WRITE)
@blueprint.arguments(persist_schema)
def persist_process_definitions(body: dict[str, Any]) -> Response:
    """Deploy files, all or none."""
    result = components.model_uploads.upload(identity(), body["files"], overwrite=body["overwrite_existing"])
    return with_remarks(no_content(), () if result is None else result.warnings)


@blueprint.route("/process_definitions", **READ)
def list_process_definitions() -> Response:
    """List the latest file of every process."""
    return listed("processDefinitions", PROCESS_DEFINITIONS, LATEST, _definitions, [("key", "asc")])


@blueprint.route("/process_definitions/<definition_id>", **READ)
def get_process_definition(definition_id: str) -> Response:
    """Return one file."""
    return reply(definition_json(the_definition(definition_id)))


@blueprint.route("/process_definitions/<definition_id>", methods=["DELETE"], **WRITE)
def delete_process_definition(definition_id: str) -> Response:
    """Delete the process of a file with all its versions, running instances only with `delete_all_related_data`."""
    key = the_definition(definition_id).key
    components.model_uploads.delete(identity(), key, cascade=flag("delete_all_related_data"))
    return no_content()


@blueprint.route("/process_models", **READ)
def list_process_models() -> Response:
    """List the latest version of every process."""
    return listed("processModels", PROCESS_DEFINITIONS, LATEST, _models, [("key", "asc")])


@blueprint.route("/process_models/<process_model_id>", **READ)
def get_process_model(process_model_id: str) -> Response:
    """Return the latest version of one process."""
    return reply(model_json(latest_definition(components.database, process_model_id)))


@blueprint.route("/process_models/<process_model_id>", methods=["DELETE"], **WRITE)
def delete_process_model(process_model_id: str) -> Response:
    """Delete all versions of a process."""
    components.model_uploads.delete(identity(), process_model_id, cascade=flag("delete_all_related_data"))
    return no_content()


@blueprint.route("/process_models/<process_model_id>/process_definition", **READ)
def get_definition_of_model(process_model_id: str) -> Response:
    """Return the file of a process."""
    return reply(definition_json(latest_definition(components.database, process_model_id)))


@blueprint.route("/process_models/<process_model_id>/enable", **MANAGE)
def enable_process_model(process_model_id: str) -> Response:
    """Let new instances of a process start again."""
    return _suspend(process_model_id, False)


@blueprint.route("/process_models/<process_model_id>/disable", **MANAGE)
def disable_process_model(process_model_id: str) -> Response:
    """Let no new instances of a process start."""
    return _suspend(process_model_id, True)


def _suspend(key: str, suspended: bool) -> Response:
    components.process_instances.suspend(identity(), definition_key=key, suspended=suspended, any_tenant=False)
    return no_content()


@blueprint.route("/process_models/<process_model_id>/start", **MANAGE)
@blueprint.arguments(start_schema)
def start_process_instance(body: dict[str, Any], process_model_id: str) -> Response:
    """Start a process; `returnOn` 1 answers at once, 2 when it has ended, 3 at the end event `endEventId`.

    The npm client leaves the placeholder in the path when it waits for an end; the body's `processModelId` counts then.
    """
    named = body.pop("process_model_id")
    key = named if named and process_model_id == ":process_model_id" else process_model_id
    run = components.awaited_runs.start(identity(), RunRequest(key, **body), gone=caller_is_gone)
    told: dict[str, Any] = {"processInstanceId": run.instance.id, "correlationId": correlation_of(run.instance)}
    return reply(told | ({"endEventId": run.end_event_id, "tokenPayload": run.token} if run.token is not None else {}))


@blueprint.route("/process_instances/<instance_id>/process_definition", **READ)
def get_definition_of_instance(instance_id: str) -> Response:
    """Return the file that an instance runs."""
    instance = PROCESS_RUNS.get(components.database, instance_id)
    return reply(definition_json(get_definition(components.database, instance.definition_id)))


@blueprint.route("/process_instances/<instance_id>/process_model", **READ)
def get_model_of_instance(instance_id: str) -> Response:
    """Return the process that an instance runs."""
    instance = PROCESS_RUNS.get(components.database, instance_id)
    return reply(model_json(get_definition(components.database, instance.definition_id)))

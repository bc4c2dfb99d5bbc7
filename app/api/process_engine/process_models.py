"""Process models: the latest version of each process, its events, and starting it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from app.api.components import components
from app.api.dialect import identity, reply
from app.api.five_minds.fetching import caller_is_gone
from app.api.five_minds.forms import xml_of
from app.api.process_engine.blueprints import CONSUMER, MANAGEMENT, at_all
from app.api.process_engine.pages import listed
from app.api.process_engine.process_model_schemas import start_options_schema, start_schema
from app.bpmn.graph import Node, Process
from app.bpmn.vocabulary import Behaviour, EventType
from app.identity import MANAGE_PROCESS_INSTANCES
from app.models.process_definition import ProcessDefinition
from app.queries.process_definitions import PROCESS_DEFINITIONS, get_definition, latest_definition
from app.queries.process_runs import PROCESS_RUNS, correlation_of
from app.services.process_instances.awaited_runs import Run, RunRequest

consumer = CONSUMER.resource("process models")
management = MANAGEMENT.resource("process models")
on_studio_bases = at_all((consumer, management))

LATEST = {"latest": True, "without_tenant": True}
EVENT_TYPES: dict[str, str] = {
    EventType.MESSAGE: "messageEvent",
    EventType.SIGNAL: "signalEvent",
    EventType.TIMER: "timerEvent",
    EventType.ERROR: "errorEvent",
    EventType.TERMINATE: "terminateEvent",
}


def event_json(node: Node, process_model_id: str) -> dict[str, Any]:
    """Return a start or end event of a model."""
    bpmn_type = "bpmn:StartEvent" if node.behaviour is Behaviour.START else "bpmn:EndEvent"
    event: dict[str, Any] = {"id": node.id, "eventName": node.name or "", "bpmnType": bpmn_type}
    if node.event.type in EVENT_TYPES:
        event["eventType"] = EVENT_TYPES[node.event.type]
    return {**event, "processModelId": process_model_id}


def events_of(process: Process, behaviour: Behaviour) -> list[dict[str, Any]]:
    """Return the start or end events that stand directly in the process."""
    nodes = (node for node in process.nodes.values() if node.scope_id == process.root.id)
    return [event_json(node, process.key) for node in nodes if node.behaviour is behaviour]


def model_json(row: ProcessDefinition) -> dict[str, Any]:
    """Return a model with its events."""
    process = components.engine.definitions.get(row.id)
    return {
        "id": row.key,
        "startEvents": events_of(process, Behaviour.START),
        "endEvents": events_of(process, Behaviour.END),
    }


def _with_xml(row: ProcessDefinition) -> dict[str, Any]:
    return {**model_json(row), "xml": xml_of(row)}


@on_studio_bases("/process_models", methods=["GET"])
def list_process_models() -> Response:
    """List the latest version of every process."""
    return listed("processModels", PROCESS_DEFINITIONS, LATEST, _models, [("key", "asc")])


def _models(rows: Sequence[ProcessDefinition]) -> list[dict[str, Any]]:
    return [_with_xml(row) for row in rows]


@on_studio_bases("/process_models/<process_model_id>", methods=["GET"])
def get_process_model(process_model_id: str) -> Response:
    """Return the latest version of one process."""
    return reply(_with_xml(latest_definition(components.database, process_model_id)))


@management.route("/process_models/<process_model_id>/start_events", methods=["GET"], claim=MANAGE_PROCESS_INSTANCES)
def list_start_events(process_model_id: str) -> Response:
    """List the start events of a process."""
    events = model_json(latest_definition(components.database, process_model_id))["startEvents"]
    return reply({"events": events, "totalCount": len(events)})


@on_studio_bases("/process_instance/<instance_id>/process_model", methods=["GET"])
def get_process_model_of_instance(instance_id: str) -> Response:
    """Return the version that a process instance runs."""
    instance = PROCESS_RUNS.get(components.database, instance_id)
    return reply(_with_xml(get_definition(components.database, instance.definition_id)))


@on_studio_bases("/process_models/<process_model_id>/start", methods=["POST"])
@consumer.arguments(start_schema)
def start_process_instance(body: dict[str, Any], process_model_id: str) -> Response:
    """Start a process; `start_callback_type` 1 answers at once, 2 when it has ended, 3 at `end_event_id`."""
    options = consumer.load(start_options_schema, request.args)
    run = components.awaited_runs.start(
        identity(), RunRequest(process_model_id, **body, **options), gone=caller_is_gone
    )
    return reply(started_json(run))


def started_json(run: Run) -> dict[str, Any]:
    """Return what the starter is told."""
    told: dict[str, Any] = {
        "correlationId": correlation_of(run.instance),
        "processInstanceId": run.instance.id,
    }
    if run.token is not None:
        told |= {"endEventId": run.end_event_id, "tokenPayload": run.token}
    return told

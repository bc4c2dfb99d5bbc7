"""/execution: the parts of a running instance, their own variables, and the events they wait for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from app.api.camunda.event_subscription import EVENT_SUBSCRIPTION
from app.api.camunda.incident import INCIDENT
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonSchema, JacksonString
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.list_routes import IGNORING_CASE, TENANTS, ListQuery, add_lists
from app.api.camunda.rest.refusal_texts import cannot, told, unknown
from app.api.camunda.rest.resource_json import Shape, always, text
from app.api.camunda.rest.routes import routes_of
from app.api.camunda.rest.variable_routes import Owner, add_variables
from app.api.camunda.rest.variables import JacksonVariables, variables_from_json
from app.api.components import components
from app.api.dialect import identity, no_content, reply
from app.bpmn.values import Variables
from app.errors import InvalidInput, NotFound
from app.identity import ACCESS_EXTERNAL_TASKS, MANAGE_PROCESS_INSTANCES
from app.models.event_subscription import EventSubscription
from app.queries.event_subscriptions import EVENT_SUBSCRIPTIONS
from app.queries.executions import EXECUTIONS

blueprint = CamundaBlueprint(
    "execution", __name__, url_prefix="/execution", description="The parts of running instances"
)
route = routes_of(blueprint)
EXECUTION = Shape(
    "Execution",
    {
        "id": text("id"),
        "processInstanceId": text("process_instance_id"),
        "ended": always(False),
        "tenantId": text("tenant_id"),
    },
)
QUERY = ListQuery(
    "Execution",
    EXECUTIONS,
    filters={
        "businessKey": "business_key",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "processInstanceId": "process_instance_id",
        "activityId": "activity_id",
        "signalEventSubscriptionName": "signal_name",
        "messageEventSubscriptionName": "message_name",
        "active": "active",
        "suspended": "suspended",
        "incidentId": "incident_id",
        "incidentType": "incident_kind",
        "incidentMessage": "incident_message",
        "incidentMessageLike": "incident_message_like",
        "variables": "variables",
        "processVariables": "process_variables",
        **IGNORING_CASE,
        **TENANTS,
    },
    orders={
        "instanceId": "process_instance_id",
        "definitionKey": "definition_key",
        "definitionId": "definition_id",
        "tenantId": "tenant_id",
    },
)
MISSING = "execution {id} doesn't exist: execution is null"


class TriggerSchema(JacksonSchema):
    """Variables that go with a trigger."""

    variables = JacksonVariables("variables")


class NewIncidentSchema(JacksonSchema):
    """An incident to create by hand."""

    kind = JacksonString("incidentType", metadata={"example": "printerBroken"})
    configuration = JacksonString("configuration")
    message = JacksonString("message")


def _change(id: str, variables: Variables, removals: Sequence[str]) -> None:
    components.process_instances.set_variables(identity(), id, variables, removals, local=True)


def _local(id: str, names: Sequence[str] | None) -> Variables:
    return components.process_instances.variables(identity(), id, names, local=True)


add_lists(blueprint, QUERY, EXECUTION, claim=MANAGE_PROCESS_INSTANCES)
add_variables(blueprint, "/<id>/localVariables", Owner("execution", MISSING, _local, _change, ACCESS_EXTERNAL_TASKS))


@route("/<id>", answer=EXECUTION.schema, error_answers=unknown("Execution with id {id} does not exist"))
def get_execution(id: str) -> Response:
    """Return a running execution."""
    return reply(EXECUTION(EXECUTIONS.get(components.database, id)))


@route("/<id>/signal", "POST", body=TriggerSchema())
def signal(body: dict[str, Any], id: str) -> Response:
    """Let an execution go on that waits without an event of its own."""
    with cannot(f"Cannot signal execution {id}", MISSING.format(id=id)):
        components.process_instances.signal(identity(), id, variables_from_json(body["variables"]))
    return no_content()


@route("/<id>/messageSubscriptions/<message>", answer=EVENT_SUBSCRIPTION.schema)
def get_subscription(id: str, message: str) -> Response:
    """Return an execution's subscription to a message."""
    return reply(EVENT_SUBSCRIPTION(_subscription(id, message)))


def _subscription(id: str, message: str) -> EventSubscription:
    criteria = {"execution_id": id, "name": message, "kind": "message"}
    found = EVENT_SUBSCRIPTIONS.find(components.database, criteria, limit=1)
    if not found:
        text = f"Message event subscription for execution {id} named {message} does not exist"
        raise invalid_request(text, 404)
    return found[0]


@route("/<id>/messageSubscriptions/<message>/trigger", "POST", body=TriggerSchema())
def trigger(body: dict[str, Any], id: str, message: str) -> Response:
    """Deliver a message to one execution."""
    missing = f"Execution with id '{id}' does not have a subscription to a message event with name '{message}'"
    with cannot(f"Cannot trigger message {message} for execution {id}", f"{missing}: eventSubscriptions is empty"):
        components.messages.deliver(identity(), id, message, variables_from_json(body["variables"]))
    return no_content()


@route(
    "/<id>/create-incident",
    "POST",
    body=NewIncidentSchema(),
    status=200,
    answer=INCIDENT.schema,
    error_answers={
        NotFound: told(
            400, "InvalidRequestException", "Cannot find an execution with executionId '{id}': execution is null"
        ),
        InvalidInput: told(400, "InvalidRequestException", "{error}"),
    },
)
def create_incident(body: dict[str, Any], id: str) -> Response:
    """Open an incident on an execution."""
    if body["kind"] is None:
        raise invalid_request("incidentType is null")
    return reply(INCIDENT(components.incidents.create(identity(), id, **body)))

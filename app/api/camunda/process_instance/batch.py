"""/process-instance, many at once: suspended together, or deleted and changed by a batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from app.api.camunda.batch.arguments import plain_variables, started_batch
from app.api.camunda.batch.routes import BATCH
from app.api.camunda.history.process_instance import QUERY as HISTORY_QUERY
from app.api.camunda.process_instance.query import QUERY
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import (
    JacksonBoolean,
    JacksonDate,
    JacksonInteger,
    JacksonObject,
    JacksonSchema,
    JacksonString,
    JacksonStrings,
)
from app.api.camunda.rest.errors import invalid_request
from app.api.camunda.rest.operation_body import OperationSchema
from app.api.camunda.rest.refusal_texts import nothing
from app.api.camunda.rest.routes import add_route
from app.api.camunda.rest.suspension import require_one, tenant_of
from app.api.camunda.rest.variables import JacksonVariables, variables_from_json
from app.api.components import components
from app.api.dialect import identity, no_content
from app.queries.jobs import JOBS
from app.queries.selection import Related, Search, Selection

blueprint = CamundaBlueprint(
    "process instances", __name__, url_prefix="/process-instance", description="Many process instances at once"
)
ONE = ("instance_id", "definition_id", "definition_key")
GROUP = ("ids", "query", "history_query")
WORDS = "processInstanceId, processDefinitionId or processDefinitionKey"
NO_INSTANCE = "Either processDefinitionId or processDefinitionKey can be set to update the suspension state."
NEITHER = f"Either {WORDS} should be set to update the suspension state."
BOTH = f"Only one of {WORDS} should be set to update the suspension state."
NO_GROUP = (
    "Either processInstanceIds, processInstanceQuery or historicProcessInstanceQuery should be set to update the "
    "suspension state."
)
MIXED = (
    f"Choose either a single processInstance with {WORDS} or a group of processInstances with processInstanceIds, "
    "procesInstanceQuery or historicProcessInstanceQuery."
)


class InstanceGroupSchema(OperationSchema):
    """A group of process instances: all that are named in any of the ways."""

    ids = JacksonStrings("processInstanceIds")
    query = JacksonObject("processInstanceQuery", QUERY.selection)
    history_query = JacksonObject("historicProcessInstanceQuery", HISTORY_QUERY.selection)


class InstancesDeletionSchema(InstanceGroupSchema):
    """Instances to end."""

    reason = JacksonString("deleteReason", metadata={"example": "ordered twice"})
    skip_io_mappings = JacksonBoolean("skipIoMappings", False)
    skip_listeners = JacksonBoolean("skipCustomListeners", False)
    skip_called = JacksonBoolean("skipSubprocesses", False)


class InstancesSuspensionSchema(InstanceGroupSchema):
    """Instances to suspend or activate: those of a definition, or a group."""

    suspended = JacksonBoolean("suspended", False, metadata={"example": True})
    instance_id = JacksonString("processInstanceId")
    definition_id = JacksonString("processDefinitionId")
    definition_key = JacksonString("processDefinitionKey")
    tenant_id = JacksonString("processDefinitionTenantId")
    without_tenant = JacksonBoolean("processDefinitionWithoutTenantId", False)


class InstancesJobRetriesSchema(InstanceGroupSchema):
    """Instances whose jobs get new retries."""

    ids = JacksonStrings("processInstances")
    retries = JacksonInteger("retries", metadata={"example": 3})
    due_date = JacksonDate("dueDate")


class InstancesVariablesSchema(InstanceGroupSchema):
    """Instances that get variables."""

    variables = JacksonVariables("variables")


class InstancesMessageSchema(InstancesVariablesSchema):
    """Instances that get a message."""

    name = JacksonString("messageName", metadata={"example": "payment received"})


EMPTY_GROUP = nothing("processInstanceIds is empty")


def group_of(body: dict[str, Any]) -> Selection:
    """Return the group, which must not be empty. Raises CamundaRefusal for an id that is null."""
    named = body["ids"] or ()
    if None in named:
        raise invalid_request("processInstanceIds contains null value")
    found = [*QUERY.searches(body["query"]), *HISTORY_QUERY.searches(body["history_query"])]
    return Selection("process instance", named, found)


def delete_async(body: dict[str, Any]) -> Response:
    """End a group of instances by a batch."""
    arguments = {"reason": body["reason"], "skip_io_mappings": body["skip_io_mappings"]}
    return started_batch("instance-deletion", arguments, group_of(body))


def suspend_async(body: dict[str, Any]) -> Response:
    """Suspend or activate a group of instances by a batch."""
    _require_group(body)
    return started_batch("instance-update-suspension-state", {"suspended": body["suspended"]}, group_of(body))


def set_job_retries(body: dict[str, Any]) -> Response:
    """Set the retries of the jobs of a group of instances by a batch."""
    if body["retries"] is None:
        raise invalid_request("retries is null")
    if body["retries"] < 0:
        raise invalid_request("retries is not greater than or equal to 0")
    jobs = Selection("job", found=[Related(JOBS, "process_instance_ids", group_of(body))])
    return started_batch("set-job-retries", {"retries": body["retries"], "due_at": body["due_date"]}, jobs)


def set_variables(body: dict[str, Any]) -> Response:
    """Set variables on a group of instances by a batch."""
    variables = variables_from_json(body["variables"])
    if not variables:
        raise invalid_request("variables is empty")
    return started_batch("set-variables", {"variables": plain_variables(variables)}, group_of(body))


def correlate_message(body: dict[str, Any]) -> Response:
    """Deliver a message to each instance of a group by a batch."""
    if body["name"] is None:
        raise invalid_request("messageName is null")
    arguments = {"name": body["name"], "variables": plain_variables(variables_from_json(body["variables"]))}
    return started_batch("correlate-message", arguments, group_of(body))


def suspend(body: dict[str, Any]) -> Response:
    """Suspend or activate the instances of a definition, or a group of instances, at once."""
    if body["instance_id"] is not None:
        raise invalid_request(NO_INSTANCE)
    if all(body[name] is None for name in GROUP):
        _suspend_of_definition(body)
    else:
        _suspend_group(body)
    return no_content()


def _suspend_of_definition(body: dict[str, Any]) -> None:
    require_one(body, ONE, NEITHER, BOTH)
    criteria = {"definition_id": body["definition_id"], "definition_key": body["definition_key"]}
    tenant = tenant_of(body)
    if not tenant["any_tenant"]:
        criteria |= {"tenant_ids": [tenant["tenant_id"]]} if tenant["tenant_id"] else {"without_tenant": True}
    running = Search(QUERY.listing, criteria)
    components.process_instances.suspend_many(identity(), running, body["suspended"])


def _suspend_group(body: dict[str, Any]) -> None:
    if any(body[name] is not None for name in ONE):
        raise invalid_request(MIXED)
    components.process_instances.suspend_many(identity(), group_of(body), body["suspended"])


def _require_group(body: dict[str, Any]) -> None:
    if all(body[name] is None for name in GROUP):
        raise invalid_request(NO_GROUP)


def _add(path: str, view: Callable[..., Response], body: JacksonSchema) -> None:
    add_route(blueprint, path, view, "POST", status=200, body=body, answer=BATCH.schema)


for suffix in ("", "-historic-query-based"):
    _add(f"/delete{suffix}", delete_async, InstancesDeletionSchema())
    _add(f"/job-retries{suffix}", set_job_retries, InstancesJobRetriesSchema())
_add("/suspended-async", suspend_async, InstancesSuspensionSchema())
_add("/message-async", correlate_message, InstancesMessageSchema())
_add("/variables-async", set_variables, InstancesVariablesSchema())
add_route(blueprint, "/suspended", suspend, "PUT", body=InstancesSuspensionSchema(), error_answers=EMPTY_GROUP)

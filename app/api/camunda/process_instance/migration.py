"""/migration: move running instances to another definition, by a plan that Camunda's rules propose and check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response
from marshmallow import Schema, fields

from app.api.camunda.batch.arguments import plain_variables
from app.api.camunda.batch.routes import BATCH
from app.api.camunda.process_instance.query import QUERY
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import (
    JacksonBoolean,
    JacksonObject,
    JacksonObjects,
    JacksonSchema,
    JacksonString,
    JacksonStrings,
)
from app.api.camunda.rest.errors import ANSWERS, Answer, CamundaRefusal, null_pointer
from app.api.camunda.rest.migration_refusal import instruction_json, plan_report
from app.api.camunda.rest.operation_body import OperationSchema
from app.api.camunda.rest.refusal_texts import nothing, told
from app.api.camunda.rest.routes import routes_of
from app.api.camunda.rest.variables import JacksonVariables, variables_from_json
from app.api.components import components
from app.api.dialect import InvalidBody, identity, no_content, reply
from app.bpmn.migration import Instruction
from app.errors import DefinitionNotFound, InvalidInput
from app.queries.selection import Selection
from app.services.process_instances.migrations import MigrationPlan

blueprint = CamundaBlueprint(
    "migration", __name__, url_prefix="/migration", description="Move running instances to another version"
)
route = routes_of(blueprint)

NO_PLAN = (
    'Cannot invoke "org.camunda.bpm.engine.rest.dto.migration.MigrationPlanDto.getSourceProcessDefinitionId()" '
    'because "migrationPlanDto" is null'
)
NO_INSTRUCTION = (
    'Cannot invoke "org.camunda.bpm.engine.rest.dto.migration.MigrationInstructionDto.getSourceActivityIds()" '
    'because "migrationInstructionDto" is null'
)
NO_ACTIVITIES = (
    'Cannot invoke "java.util.List.get(int)" because the return value of '
    '"org.camunda.bpm.engine.rest.dto.migration.MigrationInstructionDto.{getter}()" is null'
)
NO_INSTANCES = "Process instance ids cannot empty: process instance ids is empty"
NULL_INSTANCE = "Process instance ids cannot be null: process instance ids contains null value"
REFUSALS: Mapping[Any, Answer] = {
    InvalidBody: ANSWERS[InvalidBody],
    DefinitionNotFound: told(400, "InvalidRequestException", "ENGINE-23008 {error}", 0),
    InvalidInput: told(400, "InvalidRequestException", "{error}", 0),
    **nothing(NO_INSTANCES, "BadUserRequestException", 0),
}


class MigrationInstructionSchema(JacksonSchema):
    """Map one activity to another."""

    sources = JacksonStrings("sourceActivityIds", metadata={"example": ["approve"]})
    targets = JacksonStrings("targetActivityIds", metadata={"example": ["approve"]})
    update = JacksonBoolean("updateEventTrigger", False)


class MigrationPlanSchema(JacksonSchema):
    """From which definition to which, activity by activity, and variables to set on each instance."""

    null_body = NO_PLAN
    source_id = JacksonString("sourceProcessDefinitionId", metadata={"example": "order:1:42"})
    target_id = JacksonString("targetProcessDefinitionId", metadata={"example": "order:2:43"})
    instructions = JacksonObjects("instructions", MigrationInstructionSchema())
    variables = JacksonVariables("variables")


class MigrationGenerationSchema(JacksonSchema):
    """Between which definitions a plan is wanted."""

    source_id = JacksonString("sourceProcessDefinitionId", metadata={"example": "order:1:42"})
    target_id = JacksonString("targetProcessDefinitionId", metadata={"example": "order:2:43"})
    update = JacksonBoolean("updateEventTriggers", False)
    variables = JacksonVariables("variables")


class MigrationExecutionSchema(OperationSchema):
    """A plan, and the instances that follow it: those that are named, and those that are found."""

    plan = JacksonObject("migrationPlan", MigrationPlanSchema())
    ids = JacksonStrings("processInstanceIds")
    query = JacksonObject("processInstanceQuery", QUERY.selection)
    skip_io_mappings = JacksonBoolean("skipIoMappings", False)
    skip_listeners = JacksonBoolean("skipCustomListeners", False)


class MigrationPlanAnswer(Schema):
    """A plan."""

    sourceProcessDefinitionId = fields.String()
    targetProcessDefinitionId = fields.String()
    instructions = fields.List(fields.Dict())
    variables = fields.Dict(allow_none=True)


class MigrationReportAnswer(Schema):
    """What is wrong with a plan; nothing if it is valid."""

    instructionReports = fields.List(fields.Dict())
    variableReports = fields.Dict()


@route(
    "/generate",
    "POST",
    status=200,
    body=MigrationGenerationSchema(),
    answer=MigrationPlanAnswer(),
    error_answers=REFUSALS,
)
def generate(body: dict[str, Any]) -> Response:
    """Propose a plan for activities with equal ids in equal scopes."""
    variables_from_json(body["variables"])
    found = components.migrations.generate(
        identity(), body["source_id"], body["target_id"], update_event_triggers=body["update"]
    )
    return reply(
        {
            "sourceProcessDefinitionId": body["source_id"],
            "targetProcessDefinitionId": body["target_id"],
            "instructions": [instruction_json(each) for each in found],
            "variables": _echo(body["variables"]),
        }
    )


@route(
    "/validate", "POST", status=200, body=MigrationPlanSchema(), answer=MigrationReportAnswer(), error_answers=REFUSALS
)
def validate(body: dict[str, Any]) -> Response:
    """Tell what is wrong with a plan."""
    return reply(plan_report(components.migrations.check(identity(), _plan(body))))


@route("/execute", "POST", body=MigrationExecutionSchema(), error_answers=REFUSALS)
def execute(body: dict[str, Any]) -> Response:
    """Migrate instances at once, all or none."""
    plan = _plan(body["plan"])
    components.migrations.execute(identity(), plan, _chosen(body), **_skipped(body))
    return no_content()


@route(
    "/executeAsync", "POST", status=200, body=MigrationExecutionSchema(), answer=BATCH.schema, error_answers=REFUSALS
)
def execute_async(body: dict[str, Any]) -> Response:
    """Migrate instances by a batch, each in a job of its own."""
    plan = _plan(body["plan"])
    arguments = {
        "source_id": plan.source_id,
        "target_id": plan.target_id,
        "instructions": [[each.source_id, each.target_id, each.update_event_trigger] for each in plan.instructions],
        "variables": None if plan.variables is None else plain_variables(plan.variables),
        **_skipped(body),
    }
    items = components.migrations.for_batch(identity(), plan, _chosen(body))
    return reply(BATCH(components.batches.create(identity(), "instance-migration", arguments, items)))


def _plan(body: Mapping[str, Any] | None) -> MigrationPlan:
    if body is None:
        raise null_pointer(NO_PLAN)
    variables = None if body["variables"] is None else variables_from_json(body["variables"])
    instructions = [_instruction(each) for each in body["instructions"] or ()]
    return MigrationPlan(body["source_id"], body["target_id"], instructions, variables)


def _instruction(body: Mapping[str, Any] | None) -> Instruction:
    if body is None:
        raise null_pointer(NO_INSTRUCTION)
    source = _first(body["sources"], "getSourceActivityIds")
    return Instruction(source, _first(body["targets"], "getTargetActivityIds"), body["update"])


def _first(ids: Sequence[str | None] | None, getter: str) -> str | None:
    """Return the one id that counts; a list is only what the API was made for once."""
    if ids is None:
        raise null_pointer(NO_ACTIVITIES.format(getter=getter))
    if not ids:
        raise CamundaRefusal(500, "IndexOutOfBoundsException", "Index 0 out of bounds for length 0")
    return ids[0]


def _skipped(body: Mapping[str, Any]) -> dict[str, bool]:
    return {name: body[name] for name in ("skip_io_mappings", "skip_listeners")}


def _chosen(body: Mapping[str, Any]) -> Selection:
    """Return the instances that are named or found. Raises CamundaRefusal for a name that is null."""
    named = body["ids"] or ()
    if None in named:
        raise CamundaRefusal(400, "BadUserRequestException", NULL_INSTANCE, 0)
    return Selection("process instance", named, QUERY.searches(body["query"]))


def _echo(variables: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the variables of a request as Camunda tells them back: without a type there is no `valueInfo` either."""
    if variables is None:
        return None
    return {
        name: {
            "type": entry["type"],
            "value": entry["value"],
            "valueInfo": None if entry["type"] is None else (entry["valueInfo"] or {}),
        }
        for name, entry in variables.items()
    }

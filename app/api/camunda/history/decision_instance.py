"""/history/decision-instance: what was decided, from what and with which result."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from marshmallow import fields

from app.api.camunda.batch.arguments import started_batch
from app.api.camunda.batch.routes import BATCH
from app.api.camunda.history.common import CASE, WHERE, one
from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import JacksonObject, JacksonSchema, JacksonString, JacksonStrings
from app.api.camunda.rest.dates import format_date
from app.api.camunda.rest.list_routes import TENANTS, ListQuery, add_lists
from app.api.camunda.rest.resource_json import Shape, computed, date, text, user
from app.api.camunda.rest.routes import routes_of
from app.api.camunda.rest.values import variable_to_json
from app.api.dialect import reply
from app.bpmn.values import Variable
from app.identity import MANAGE_PROCESS_INSTANCES
from app.queries.history.decision_instances import DECISION_INSTANCES
from app.queries.selection import Selection
from app.records.decision_instances import entries_of

blueprint = CamundaBlueprint(
    "historic decision instance",
    __name__,
    url_prefix="/history/decision-instance",
    description="What was decided, from what and with which result",
)
route = routes_of(blueprint)
UNKNOWN = "Historic decision instance with id '{id}' does not exist"
_WITHIN_A_PROCESS = ("activityInstanceId", "processInstanceId", "processDefinitionId", "processDefinitionKey")


def _asked(name: str) -> bool:
    return request.args.get(name) == "true"


class DecisionInstanceShape(Shape):
    """Write decision instances, with inputs and outputs where the request asks for them."""

    def __call__(self, row: Any) -> dict[str, Any]:
        """Return the JSON object of a row."""
        written = super().__call__(row)
        if _asked("includeInputs"):
            written["inputs"] = [_input(row, entry, value) for entry, value in entries_of(row.inputs)]
        if _asked("includeOutputs"):
            written["outputs"] = [_output(row, entry, value) for entry, value in entries_of(row.outputs)]
        return written


def _input(row: Any, entry: dict[str, Any], value: Variable) -> dict[str, Any]:
    return {
        **variable_to_json(value, deserialize=not _asked("disableCustomObjectDeserialization")),
        "id": entry["id"],
        "decisionInstanceId": row.id,
        "clauseId": entry["clause_id"],
        "clauseName": entry["clause_name"],
        "errorMessage": None,
        "createTime": format_date(row.evaluated_at),
        "removalTime": format_date(row.removal_at),
        "rootProcessInstanceId": row.root_id,
    }


def _output(row: Any, entry: dict[str, Any], value: Variable) -> dict[str, Any]:
    return {
        **_input(row, entry, value),
        "ruleId": entry["rule_id"],
        "ruleOrder": entry["rule_order"],
        "variableName": entry["variable_name"],
    }


DECISION_INSTANCE = DecisionInstanceShape(
    "HistoricDecisionInstance",
    {
        "id": text("id"),
        "decisionDefinitionId": text("decision_definition_id"),
        "decisionDefinitionKey": text("decision_definition_key"),
        "decisionDefinitionName": text("decision_definition_name"),
        "evaluationTime": date("evaluated_at"),
        "removalTime": date("removal_at"),
        **{name: WHERE[name] for name in _WITHIN_A_PROCESS},
        "rootProcessInstanceId": text("root_id"),
        **{name: part for name, part in CASE.items() if name != "caseExecutionId"},
        "activityId": text("activity_id"),
        "userId": user("user_id"),
        "collectResultValue": computed(lambda row: row.collect_result, fields.Float(allow_none=True)),
        "rootDecisionInstanceId": text("root_decision_instance_id"),
        "decisionRequirementsDefinitionId": text("requirements_id"),
        "decisionRequirementsDefinitionKey": text("requirements_key"),
        "tenantId": text("tenant_id"),
    },
)
QUERY = ListQuery(
    "HistoricDecisionInstance",
    DECISION_INSTANCES,
    {
        "decisionInstanceId": "id",
        "decisionInstanceIdIn": "ids",
        "decisionDefinitionId": "decision_definition_id",
        "decisionDefinitionIdIn": "decision_definition_ids",
        "decisionDefinitionKey": "decision_definition_key",
        "decisionDefinitionKeyIn": "decision_definition_keys",
        "decisionDefinitionName": "decision_definition_name",
        "decisionDefinitionNameLike": "decision_definition_name_like",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "processInstanceId": "process_instance_id",
        "caseDefinitionId": "case",
        "caseDefinitionKey": "case",
        "caseInstanceId": "case",
        "activityIdIn": "activity_ids",
        "activityInstanceIdIn": "activity_instance_ids",
        "evaluatedBefore": "evaluated_before",
        "evaluatedAfter": "evaluated_after",
        "userId": "user_id",
        "rootDecisionInstanceId": "root_decision_instance_id",
        "rootDecisionInstancesOnly": "roots_only",
        "decisionRequirementsDefinitionId": "requirements_id",
        "decisionRequirementsDefinitionKey": "requirements_key",
        **TENANTS,
    },
    {"evaluationTime": "evaluated_at", "tenantId": "tenant_id"},
)
add_lists(blueprint, QUERY, DECISION_INSTANCE, claim=MANAGE_PROCESS_INSTANCES, post=False)


class DecisionDeletionSchema(JacksonSchema):
    """Decision instances: those named and those that the query finds."""

    ids = JacksonStrings("historicDecisionInstanceIds")
    query = JacksonObject("historicDecisionInstanceQuery", QUERY.selection)
    reason = JacksonString("deleteReason")


@route("/delete", "POST", status=200, body=DecisionDeletionSchema(), answer=BATCH.schema)
def delete(body: dict[str, Any]) -> Response:
    """Remove decision instances from the history by a batch."""
    named = [id for id in body["ids"] or () if id is not None]
    chosen = Selection("decision instance", named, QUERY.searches(body["query"]))
    return started_batch("historic-decision-instance-deletion", {"reason": body["reason"]}, chosen)


@route("/<id>", answer=DECISION_INSTANCE.schema)
def get_decision_instance(id: str) -> Response:
    """Return a decision instance."""
    return reply(DECISION_INSTANCE(one(DECISION_INSTANCES, id, UNKNOWN)))

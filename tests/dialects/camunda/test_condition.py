"""Start conditions: /condition."""

from __future__ import annotations

from tests.dialects.camunda.rest import Rest, refusal
from tests.engine.models import started_by
from tests.engine.test_conditions import CONDITION

AMOUNT = {"amount": {"value": 50, "type": "Integer"}}


def test_what_meets_the_condition_starts_with_the_variables(rest: Rest) -> None:
    definitions = rest.deploy(started_by(CONDITION))["deployedProcessDefinitions"]
    [started] = rest.post("/condition", {"variables": AMOUNT, "businessKey": "b-1"})
    assert started == {
        "links": [],
        "id": started["id"],
        "definitionId": next(iter(definitions)),
        "definitionKey": "process",
        "businessKey": "b-1",
        "caseInstanceId": None,
        "ended": False,
        "suspended": False,
        "tenantId": None,
    }
    assert rest.get(f"/process-instance/{started['id']}/variables/amount")["value"] == 50


def test_nothing_starts_where_the_condition_does_not_hold(rest: Rest) -> None:
    rest.deploy(started_by(CONDITION))
    assert rest.post("/condition", {"variables": {"amount": {"value": 5}}}) == []


def test_without_a_start_condition_it_is_refused_in_camundas_words(rest: Rest) -> None:
    text = "ENGINE-13042 No subscriptions were found during evaluation of the conditional start events."
    assert rest.answer("POST", "/condition", {"variables": AMOUNT}) == refusal(500, "ProcessEngineException", text, 0)
    both = {"variables": AMOUNT, "tenantId": "a", "withoutTenantId": True}
    assert rest.answer("POST", "/condition", both) == refusal(
        400,
        "InvalidRequestException",
        "Parameter 'tenantId' cannot be used together with parameter 'withoutTenantId'.",
    )

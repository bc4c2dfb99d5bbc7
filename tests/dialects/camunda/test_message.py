"""/message and /signal: who gets them, what is answered, and what is refused."""

from __future__ import annotations

from tests.builders import flow, process
from tests.dialects.camunda.rest import Rest, line, message_catch, refusal, user_task

EVENT, MESSAGE = message_catch()
WAITING = line(EVENT, definitions=MESSAGE)
STARTED_BY_MESSAGE = process(
    '<startEvent id="start"><messageEventDefinition messageRef="m"/></startEvent>',
    user_task(),
    '<endEvent id="end"/>',
    flow("start", "approve"),
    flow("approve", "end"),
    id="starts",
    definitions='<message id="m" name="ordered"/>',
)
SIGNAL = '<signal id="s" name="changed"/>'
WAITING_FOR_SIGNAL = line(
    '<intermediateCatchEvent id="catch"><signalEventDefinition signalRef="s"/></intermediateCatchEvent>',
    definitions=SIGNAL,
)


def test_a_message_goes_to_the_one_that_waits(rest: Rest) -> None:
    rest.deploy(WAITING)
    first, second = rest.start(businessKey="a", variables={"n": 1}), rest.start(businessKey="b", variables={"n": 2})
    assert rest.post("/message", {"messageName": "paid", "businessKey": "a"}) is None
    assert rest.answer("GET", f"/process-instance/{first}")[0] == 404
    execution_id = rest.get("/execution", messageEventSubscriptionName="paid")[0]["id"]
    body = {
        "messageName": "paid",
        "correlationKeys": {"n": {"value": 2}},
        "processVariables": {"m": {"value": "x"}},
        "resultEnabled": True,
        "variablesInResultEnabled": True,
    }
    (result,) = rest.post("/message", body)
    assert {name: each["value"] for name, each in result.pop("variables").items()} == {"n": 2, "m": "x"}
    assert result == {
        "resultType": "Execution",
        "execution": {"id": execution_id, "processInstanceId": second, "ended": True, "tenantId": None},
        "processInstance": None,
    }


def test_a_message_starts_a_process(rest: Rest) -> None:
    rest.deploy(STARTED_BY_MESSAGE)
    (result,) = rest.post("/message", {"messageName": "ordered", "businessKey": "k", "resultEnabled": True})
    assert result["resultType"] == "ProcessDefinition"
    assert result["execution"] is None
    instance = rest.get(f"/process-instance/{result['processInstance']['id']}")
    assert result["processInstance"] == instance
    assert instance["businessKey"] == "k"


def test_a_message_may_go_to_all(rest: Rest) -> None:
    rest.deploy(WAITING)
    rest.start()
    rest.start()
    assert len(rest.post("/message", {"messageName": "paid", "all": True, "resultEnabled": True})) == 2
    assert rest.get("/process-instance") == []


def test_a_message_that_matches_none_or_many_is_refused(rest: Rest) -> None:
    rest.deploy(WAITING)
    java = "org.camunda.bpm.engine.MismatchingMessageCorrelationException"
    none = "Cannot correlate message 'paid': No process definition or execution matches the parameters"
    assert rest.answer("POST", "/message", {"messageName": "paid"})[1]["message"] == f"{java}: {none}"
    rest.start()
    rest.start()
    status, body = rest.answer("POST", "/message", {"messageName": "paid"})
    assert (status, body["type"]) == (400, "RestException")
    assert body["message"].startswith(
        f"{java}: Cannot correlate a message with name 'paid' to a single execution. "
        "2 executions match the correlation keys"
    )
    assert rest.get("/process-instance/count") == {"count": 2}


def test_a_message_that_makes_no_sense_is_refused(rest: Rest) -> None:
    assert rest.answer("POST", "/message", {}) == refusal(400, "InvalidRequestException", "No message name supplied")
    both = {"messageName": "paid", "tenantId": "t", "withoutTenantId": True}
    assert rest.answer("POST", "/message", both) == refusal(
        400,
        "InvalidRequestException",
        "Parameter 'tenantId' cannot be used together with parameter 'withoutTenantId'.",
    )
    assert rest.answer("POST", "/message", {"messageName": "paid", "variablesInResultEnabled": True}) == refusal(
        400,
        "InvalidRequestException",
        "Parameter 'variablesInResultEnabled' cannot be used without 'resultEnabled' set to true.",
    )
    wrong = {"messageName": "paid", "processVariables": {"a": {"value": "x", "type": "Long"}}}
    assert rest.answer("POST", "/message", wrong) == refusal(
        400,
        "InvalidRequestException",
        "Cannot deliver message: Cannot convert value 'x' of type 'Long' to java type java.lang.Long",
    )


def test_a_signal_reaches_everybody(rest: Rest) -> None:
    rest.deploy(WAITING_FOR_SIGNAL)
    first, second = rest.start(), rest.start()
    assert rest.post("/signal", {"name": "changed", "variables": {"a": {"value": 1}}}) is None
    assert rest.get("/process-instance") == []
    found = rest.get("/history/variable-instance", variableName="a")
    assert {each["processInstanceId"] for each in found} == {first, second}
    assert rest.post("/signal", {"name": "changed"}) is None


def test_a_signal_may_reach_one_execution(rest: Rest) -> None:
    rest.deploy(WAITING_FOR_SIGNAL)
    first, second = rest.start(), rest.start()
    (execution,) = rest.get("/execution", signalEventSubscriptionName="changed", processInstanceId=first)
    rest.post("/signal", {"name": "changed", "executionId": execution["id"]})
    assert [each["id"] for each in rest.get("/process-instance")] == [second]
    assert rest.answer("POST", "/signal", {}) == refusal(400, "InvalidRequestException", "No signal name given")


def test_subscriptions_are_listed(rest: Rest) -> None:
    rest.deploy(WAITING)
    rest.deploy(STARTED_BY_MESSAGE)
    instance_id = rest.start()
    (waiting,) = rest.get("/event-subscription", processInstanceId=instance_id)
    assert (waiting["eventType"], waiting["eventName"], waiting["activityId"]) == ("message", "paid", "wait")
    (starting,) = rest.get("/event-subscription", eventName="ordered")
    assert (starting["executionId"], starting["processInstanceId"], starting["activityId"]) == (None, None, "start")
    assert rest.get("/event-subscription/count") == {"count": 2}

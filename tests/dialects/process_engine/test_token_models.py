"""5Minds' own scripts, conditions, payloads and forms through their API, on both databases."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.builders import bearer, external_task, flow, process
from tests.dialects.process_engine.five_minds import CONSUMER, MANAGEMENT, deploy, fetch, report, start

PAYLOAD = (
    "<extensionElements><camunda:properties>"
    '<camunda:property name="payload" value="{first: token.history.start.amount, now: token.current}"/>'
    "</camunda:properties></extensionElements>"
)
FORM = (
    '<userTask id="ask" name="Ask"><extensionElements><camunda:formData>'
    '<camunda:formField id="ok" label="${token.current.greeting}" type="string" '
    'defaultValue="${JSON.stringify(token.history.start)}"/></camunda:formData></extensionElements></userTask>'
)


def model() -> str:
    """Return start → script → external task `work` → gateway → user task `ask`, or the end."""
    gateway = '<exclusiveGateway id="choice" default="choice_end"/>'
    asks = '<conditionExpression>token.current.greeting.startsWith("Dear")</conditionExpression>'
    return process(
        '<startEvent id="start"/>',
        '<scriptTask id="double"><script>return {twice: token.current.amount * 2}</script></scriptTask>',
        external_task("work", inner=PAYLOAD),
        gateway,
        FORM,
        '<endEvent id="end"/>',
        flow("start", "double"),
        flow("double", "work"),
        flow("work", "choice"),
        f'<sequenceFlow id="choice_ask" sourceRef="choice" targetRef="ask">{asks}</sequenceFlow>',
        flow("choice", "end"),
        flow("ask", "end"),
    )


def test_a_model_of_five_minds_runs_through_scripts_payloads_conditions_and_forms(client: FlaskClient) -> None:
    deploy(client, model())
    start(client, inputValues={"amount": 4})
    task = fetch(client)[0]
    assert task["payload"] == {"first": 4, "now": {"amount": 4, "twice": 8}}
    report(client, task["id"], "finish", result={"greeting": "Dear Ada"})
    told = client.get(f"{CONSUMER}/process_models/process/user_tasks", headers=bearer()).get_json()["userTasks"]
    assert [each["data"]["formFields"] for each in told] == [
        [{"id": "ok", "type": "string", "label": "Dear Ada", "defaultValue": '{"amount":4}'}]
    ]
    assert told[0]["tokenPayload"] == {"amount": 4, "twice": 8, "greeting": "Dear Ada"}


def test_the_answer_of_the_deployment_says_how_the_model_is_read(client: FlaskClient) -> None:
    body = {"xml": model(), "overwriteExisting": True}
    answer = client.post(f"{MANAGEMENT}/process_models/process/update", json=body, headers=bearer())
    said = "The model is read as one of 5Minds: its conditions and scripts are JavaScript over `token`"
    assert (answer.status_code, answer.headers.getlist("Warning")[0]) == (204, f'299 - "{said}"')

"""Forms: what they show, what submitting them checks and stores, the files that they are in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import flow, process
from tests.dialects.camunda.rest import Rest, refusal

START = """<startEvent id="start"><extensionElements><camunda:formData>
<camunda:formField id="amount" type="long" label="Amount &lt;b&gt;" defaultValue="7"><camunda:validation>
<camunda:constraint name="min" config="5"/><camunda:constraint name="max" config="50"/>
</camunda:validation></camunda:formField>
<camunda:formField id="name" type="string"><camunda:validation>
<camunda:constraint name="minlength" config="2"/><camunda:constraint name="maxlength" config="4"/>
</camunda:validation></camunda:formField>
<camunda:formField id="ok" type="boolean" defaultValue="true"/>
<camunda:formField id="day" type="date" datePattern="yyyy-MM-dd"/>
<camunda:formField id="due" type="date" defaultValue="24/12/2026"/>
<camunda:formField id="fixed" type="string" defaultValue="${'r'}"><camunda:validation>
<camunda:constraint name="readonly"/></camunda:validation></camunda:formField>
<camunda:formField id="kind" type="enum" defaultValue="a"><camunda:value id="a" name="A"/><camunda:value id="b"/>
</camunda:formField><camunda:formField id="count" type="long"/>
</camunda:formData></extensionElements></startEvent>"""
TASK = """<userTask id="task"><extensionElements><camunda:formData>
<camunda:formField id="amount" type="long" defaultValue="8"/>
<camunda:formField id="why" type="string"><camunda:validation><camunda:constraint name="required"/>
</camunda:validation></camunda:formField></camunda:formData></extensionElements></userTask>"""
BY_FILE = '<userTask id="file" camunda:formRef="check" camunda:formRefBinding="version" camunda:formRefVersion="2"/>'
MODEL = process(START, TASK, BY_FILE, flow("start", "task"), flow("task", "file")).encode()
SUBMIT = "/process-definition/key/process/submit-form"


@pytest.fixture
def deployed(rest: Rest) -> Rest:
    """Return the server with the model and three versions of its file."""
    for number, file in enumerate((b'{"id": "check", "v": 1}', b'{"id": "check", "v": 2}', b'{"id": "check", "v": 3}')):
        assert rest.upload("/deployment/create", deployment_name=f"f{number}", f=("f.form", file))[0] == 200
    assert rest.upload("/deployment/create", deployment_name="m", m=("m.bpmn", MODEL))[0] == 200
    return rest


def submit(rest: Rest, path: str = SUBMIT, **values: Any) -> tuple[int, Any]:
    """Submit a form."""
    return rest.answer("POST", path, {"variables": {name: {"value": value} for name, value in values.items()}})


def variables(rest: Rest, id: str) -> dict[str, Any]:
    """Return the variables of an instance, their type and value."""
    found = rest.get(f"/process-instance/{id}/variables")
    return {name: (one["type"], one["value"]) for name, one in found.items()}


def test_a_start_form_shows_its_defaults(deployed: Rest) -> None:
    found = deployed.get("/process-definition/key/process/form-variables")
    assert {name: (one["type"], one["value"]) for name, one in found.items()} == {
        "amount": ("Long", 7),
        "name": ("String", None),
        "ok": ("Boolean", True),
        "day": ("String", ""),
        "due": ("String", "24/12/2026"),
        "fixed": ("String", "r"),
        "kind": ("String", "a"),
        "count": ("Long", None),
    }
    named = deployed.get("/process-definition/key/process/form-variables", variableNames="ok,nothing")
    assert named == {"ok": {"type": "Boolean", "value": True, "valueInfo": {}}}


def test_submitting_a_start_form_sets_defaults_and_types(deployed: Rest) -> None:
    status, started = submit(deployed, day="2026-02-01", count="12", ok="TRUE", name="ab", other=1)
    assert status == 200
    assert variables(deployed, started["id"]) == {
        "amount": ("Long", 7),
        "name": ("String", "ab"),
        "ok": ("Boolean", True),
        "day": ("Date", "2026-02-01T00:00:00.000+0000"),
        "due": ("Date", "2026-12-24T00:00:00.000+0000"),
        "fixed": ("String", "r"),
        "kind": ("String", "a"),
        "count": ("Long", 12),
        "other": ("Integer", 1),
    }


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"amount": 3}, "Invalid value submitted for form field 'amount': validation of min(5) failed."),
        ({"amount": "9"}, "Invalid value submitted for form field 'amount': validation of min(5) failed."),
        ({"amount": 50}, "Invalid value submitted for form field 'amount': validation of max(50) failed."),
        ({"name": "a"}, "Invalid value submitted for form field 'name': validation of minlength(2) failed."),
        ({"name": "abcde"}, "Invalid value submitted for form field 'name': validation of maxlength(4) failed."),
        ({"fixed": "z"}, "Invalid value submitted for form field 'fixed': validation of readonly failed."),
        ({"kind": "z"}, "Invalid value for enum form property: z"),
        ({"kind": 1}, "Value '1' is not of type String."),
        ({"ok": 1}, "Value '1' is not of type Boolean."),
        ({"count": True}, "Value 'true' is not of type Long."),
        ({"day": "24/12/2026"}, "Could not parse value '24/12/2026' as date using date format 'yyyy-MM-dd'."),
        ({"day": 3}, "Value '3' cannot be transformed into a Date."),
    ],
)
def test_a_value_that_does_not_fit_its_field_starts_nothing(deployed: Rest, values: Any, text: str) -> None:
    id = deployed.get("/process-definition/key/process")["id"]
    message = f"Cannot instantiate process definition {id}: {text}"
    assert submit(deployed, **values) == refusal(500, "RestException", message, 0)
    assert deployed.get("/process-instance") == []


def test_a_text_that_is_no_whole_number_is_told_as_java_tells_it(deployed: Rest) -> None:
    for value, text in (("abc", "abc"), (3.5, "3.5"), ("", ""), ("9223372036854775808", "9223372036854775808")):
        answer = refusal(500, "NumberFormatException", f'For input string: "{text}"')
        assert submit(deployed, count=value) == answer


def test_a_plain_start_checks_nothing(deployed: Rest) -> None:
    assert variables(deployed, deployed.start(variables={"amount": 3})) == {"amount": ("Integer", 3)}


def test_a_task_form_shows_what_is_there_and_submitting_writes_its_defaults(deployed: Rest) -> None:
    instance = deployed.start(variables={"amount": 9})
    task = deployed.get("/task")[0]["id"]
    shown = deployed.get(f"/task/{task}/form-variables")
    assert {name: one["value"] for name, one in shown.items()} == {"amount": 9, "why": None}
    for values in ({}, {"why": ""}):
        message = "Invalid value submitted for form field 'why': validation of required failed."
        text = f"Cannot submit task form {task}: {message}"
        assert submit(deployed, f"/task/{task}/submit-form", **values) == refusal(500, "RestException", text, 0)
    assert submit(deployed, f"/task/{task}/submit-form", why="so") == (204, None)
    assert variables(deployed, instance) == {"amount": ("Long", 8), "why": ("String", "so")}


def test_a_form_of_fields_is_drawn_and_its_texts_are_escaped(deployed: Rest) -> None:
    id = deployed.get("/process-definition/key/process")["id"]
    key = f"embedded:engine://engine/:engine/process-definition/{id}/rendered-form"
    form = {"key": key, "camundaFormRef": None, "contextPath": None}
    assert deployed.get(f"/process-definition/{id}/startForm") == form
    drawn = deployed.call("GET", f"/process-definition/{id}/rendered-form")
    assert (drawn.status_code, drawn.content_type) == (200, "application/xhtml+xml")
    assert "Amount &lt;b&gt;" in drawn.text
    assert (
        '<input class="form-control" name="amount" cam-variable-type="Long" cam-variable-name="amount" '
        'min="5" max="50" type="text" value="7" />'
    ) in drawn.text
    assert '<option value="a" selected="selected">' in drawn.text


def test_a_form_in_a_file_is_named_and_handed_out(deployed: Rest) -> None:
    deployed.start()
    first = deployed.get("/task")[0]["id"]
    none = "One of the attributes 'formKey' and 'camunda:formRef' must be supplied but none were set."
    assert deployed.answer("GET", f"/task/{first}/deployed-form") == refusal(400, "InvalidRequestException", none)
    deployed.post(f"/task/{first}/complete", {})
    task = deployed.get("/task")[0]
    ref = {"key": "check", "binding": "version", "version": 2}
    assert task["camundaFormRef"] == ref
    form = {"key": None, "camundaFormRef": ref, "contextPath": None}
    assert deployed.get(f"/task/{task['id']}/form") == form
    assert deployed.get(f"/task/{task['id']}/deployed-form") == {"id": "check", "v": 2}
    text = f"No matching rendered form for task with the id {task['id']} found."
    assert deployed.answer("GET", f"/task/{task['id']}/rendered-form") == refusal(404, "InvalidRequestException", text)


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        ('camunda:formRef="check" camunda:formRefBinding="latest"', {"id": "check", "v": 4}),
        ('camunda:formRef="check" camunda:formRefBinding="deployment"', {"id": "check", "v": 4}),
        ('camunda:formKey="camunda-forms:deployment:own.form"', {"id": "check", "v": 4}),
    ],
)
def test_a_start_form_in_a_file_is_found_by_its_binding(deployed: Rest, attributes: str, found: Any) -> None:
    model = process(f'<startEvent id="start" {attributes}/>', BY_FILE, flow("start", "file"), id="own").encode()
    assert (
        deployed.upload(
            "/deployment/create", deployment_name="o", m=("o.bpmn", model), f=("own.form", b'{"id": "check", "v": 4}')
        )[0]
        == 200
    )
    assert deployed.get("/process-definition/key/own/deployed-start-form") == found


def test_a_file_that_is_not_there_is_told(rest: Rest) -> None:
    ref = '<startEvent id="start" camunda:formRef="gone" camunda:formRefBinding="deployment"/>'
    model = process(ref, BY_FILE, flow("start", "file")).encode()
    assert rest.upload("/deployment/create", deployment_name="o", m=("o.bpmn", model))[0] == 200
    text = (
        "No Camunda Form Definition was found for Camunda Form Ref: "
        "CamundaFormRefImpl [key=gone, binding=deployment, version=null]"
    )
    answer = rest.answer("GET", "/process-definition/key/process/deployed-start-form")
    assert answer == refusal(404, "InvalidRequestException", text)


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        (
            'camunda:formRef="a"',
            "value for formRefBinding attribute has to be one of [deployment, latest, version] but was null",
        ),
        (
            'camunda:formRef="a" camunda:formRefBinding="latest" camunda:formKey="b"',
            "only one of the attributes formKey and formRef is allowed.",
        ),
    ],
)
def test_a_reference_that_says_too_little_or_too_much_is_refused(rest: Rest, attributes: str, text: str) -> None:
    model = process(f'<startEvent id="start" {attributes}/>', BY_FILE, flow("start", "file")).encode()
    status, answer = rest.upload("/deployment/create", deployment_name="o", m=("o.bpmn", model))
    assert (status, f"Invalid element definition: {text}" in answer["message"]) == (400, True)

"""A model that cannot run is refused with all its problems, in Camunda's words where Camunda refuses it."""

from __future__ import annotations

import time

import pytest

from app.bpmn.limits import Limits
from app.bpmn.parser import parse
from app.errors import ModelRefused, Problem
from tests.bpmn.refused_models import EVENTS, FIX, SCRIPT_FIX, UNRUNNABLE, event

DEFINITIONS = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    id="defs" targetNamespace="test">
{root}
<process id="p" isExecutable="true">{body}</process></definitions>"""
START = '<startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="t"/>'
END = '<sequenceFlow id="f2" sourceRef="t" targetRef="e"/><endEvent id="e"/>'
EXTERNAL = '<serviceTask id="t" camunda:type="external" camunda:topic="x"/>'
ROOTS = """<message id="m" name="M"/><signal id="sig" name="S"/><error id="err" errorCode="E"/>
<escalation id="esc" escalationCode="X"/><escalation id="esc0"/>"""


def refused(body: str, root: str = ROOTS, limits: Limits = Limits()) -> list[Problem]:  # noqa: B008
    with pytest.raises(ModelRefused) as caught:
        parse(DEFINITIONS.format(root=root, body=body).encode(), limits=limits)
    return caught.value.problems


def told(body: str, root: str = ROOTS) -> list[tuple[str | None, str]]:
    return [(problem.element_id, problem.message) for problem in refused(body, root)]


def warned(body: str, root: str = ROOTS) -> list[tuple[str | None, str]]:
    model = parse(DEFINITIONS.format(root=root, body=body).encode())
    return [(problem.element_id, problem.message) for problem in model.warnings]


def task(xml: str) -> str:
    """Put a node with the id `t` between a start and an end event."""
    return START + xml + END


def with_boundary(xml: str) -> str:
    return task(EXTERNAL) + xml


def test_a_simple_model_has_neither_problems_nor_warnings() -> None:
    assert warned(task(EXTERNAL)) == []


def test_all_problems_of_a_file_are_told_at_once_with_their_elements_and_places() -> None:
    body = """
<startEvent id="s"/>
<serviceTask id="t" camunda:class="a.B"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="nowhere"/>
<exclusiveGateway id="g"/>"""
    assert refused(body, root="") == [
        Problem("Invalid destination 'nowhere' of sequence flow 'f1'", "f1", ("f1",), "sequenceFlow", 9, 58),
        Problem("Exclusive Gateway 'g' has no outgoing sequence flows.", "g", ("g",), "exclusiveGateway", 10, 27),
        Problem(
            f"camunda:class on serviceTask: the Java class 'a.B' cannot run here; {FIX}",
            "t",
            ("t",),
            "camunda:class",
            8,
            42,
        ),
    ]


@pytest.mark.parametrize(
    ("data", "construct", "line", "message"),
    [
        (b"<definitions>", "xml", 1, "not well-formed"),
        (b"", "xml", None, "not well-formed"),
        (b"\xff\xfe\x00", "xml", None, "not well-formed"),
        (b"<!DOCTYPE x><x/>", "DOCTYPE", 0, "DOCTYPE"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "DOCTYPE", 0, "DOCTYPE"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>', "DOCTYPE", 0, "DOCTYPE"),
        (b"<html/>", "definitions", 1, "The root element is <html>, not <definitions> of BPMN 2.0"),
        (b'<definitions xmlns="http://example.org"/>', "definitions", 1, "The root element is <definitions>, not"),
        (b"<a>" * 200 + b"</a>" * 200, "definitions", 1, "The root element is <a>"),
        (b"<a>" * 300 + b"</a>" * 300, "xml", 1, "not well-formed"),
        (b"x" * 5_000_001, "size", 0, "The file has 5000001 bytes; at most 5000000 are allowed."),
    ],
)
def test_what_is_no_bpmn_is_refused(data: bytes, construct: str, line: int | None, message: str) -> None:
    with pytest.raises(ModelRefused) as caught:
        parse(data, resource="a.bpmn")
    (problem,) = caught.value.problems
    assert (problem.construct, caught.value.resource) == (construct, "a.bpmn")
    assert message in problem.message
    assert line is None or problem.line == line


def test_an_entity_bomb_is_refused_at_once() -> None:
    entities = '<!ENTITY a0 "aaaaaaaaaa">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    started = time.perf_counter()
    for use in ('<x b="&a11;"/>', "<x>&a11;</x>"):
        with pytest.raises(ModelRefused):
            parse(f"<!DOCTYPE x [{entities}]>{use}".encode())
    assert time.perf_counter() - started < 1


def test_a_file_is_bounded_in_depth_elements_and_texts() -> None:
    deep = "<subProcess>" * 20 + "</subProcess>" * 20
    assert [problem.construct for problem in refused(deep, limits=Limits(depth=10))] == ["size"]
    assert [problem.construct for problem in refused(task(EXTERNAL), limits=Limits(elements=5))] == ["size"]
    long = task(f"<documentation>{'x' * 200}</documentation>{EXTERNAL}")
    assert [problem.construct for problem in refused(long, limits=Limits(text=100))] == ["size"]


def test_inclusive_joins_are_bounded_by_the_size_of_their_scope() -> None:
    joins = "".join(
        f'<inclusiveGateway id="j{n}"/>'
        + "".join(f'<sequenceFlow id="{way}{n}" sourceRef="t" targetRef="j{n}"/>' for way in "ab")
        for n in range(800)
    )
    (problem,) = refused(task(EXTERNAL) + joins)
    assert (problem.element_id, problem.construct) == ("defs", "size")


def test_ids_are_unique_in_the_whole_file_and_names() -> None:
    assert told(task(EXTERNAL) + '<task id="t"/><task id="defs"/><task id="1 a"/>') == [
        ("t", "cvc-id.2: There are multiple occurrences of ID value 't'."),
        ("defs", "cvc-id.2: There are multiple occurrences of ID value 'defs'."),
        ("1 a", "cvc-datatype-valid.1.2.1: '1 a' is not a valid value for 'NCName'."),
    ]


@pytest.mark.parametrize(("xml", "element_id", "message"), UNRUNNABLE)
def test_what_cannot_run_is_refused_by_name(xml: str, element_id: str, message: str) -> None:
    assert told(task(EXTERNAL) + xml) == [(element_id, message)]


@pytest.mark.parametrize(("xml", "element_id", "message"), EVENTS)
def test_an_event_that_cannot_be_is_refused(xml: str, element_id: str, message: str) -> None:
    assert told(with_boundary(xml)) == [(element_id, message)]


def test_an_unknown_error_reference_is_itself_the_code() -> None:
    caught = event("boundaryEvent", '<errorEventDefinition errorRef="E42"/>', 'attachedToRef="t"')
    thrown = '<endEvent id="x"><errorEventDefinition errorRef="E43"/></endEvent>'
    assert warned(with_boundary(caught) + thrown) == []


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (
            '<startEvent id="s2"/>',
            "start event of event subprocess must be of type 'error', 'message', 'timer', 'signal', 'compensation', "
            "'escalation' or 'conditional'",
        ),
        (
            '<startEvent id="s2" isInterrupting="false"><errorEventDefinition/></startEvent>',
            "error start event of event subprocess must be interrupting",
        ),
        (
            '<startEvent id="s2"><compensateEventDefinition/></startEvent>',
            "event subprocess with compensation start event is only supported for embedded subprocess (since throwing "
            "compensation through a call activity-induced process hierarchy is not supported)",
        ),
    ],
)
def test_an_event_subprocess_starts_by_an_event(start: str, message: str) -> None:
    assert told(task(EXTERNAL) + f'<subProcess id="x" triggeredByEvent="true">{start}</subProcess>') == [
        ("s2", message)
    ]


def test_an_exclusive_gateway_needs_conditions() -> None:
    flows = "".join(f'<sequenceFlow id="g{n}" sourceRef="t" targetRef="e"/>' for n in (1, 2))
    gateway = START + '<exclusiveGateway id="t" default="g1"/><endEvent id="e"/>' + flows
    assert told(gateway) == [
        ("t", "Exclusive Gateway 't' has outgoing sequence flow 'g2' without condition which is not the default flow.")
    ]
    assert [problem.element_ids for problem in refused(gateway)] == [("t", "g2")]


def test_a_flow_neither_leaves_its_scope_nor_enters_what_starts_otherwise() -> None:
    body = (
        task(EXTERNAL)
        + '<subProcess id="x"><startEvent id="s2"/><endEvent id="e2"/>'
        + '<sequenceFlow id="f4" sourceRef="s2" targetRef="e"/></subProcess>'
        + '<task id="c" isForCompensation="true"/><sequenceFlow id="f5" sourceRef="t" targetRef="c"/>'
        + '<sequenceFlow id="f6" sourceRef="t" targetRef="s"/>'
    )
    assert told(body) == [
        (
            "f5",
            "Invalid incoming sequence flow of compensation activity 'c'. A compensation activity should not have an "
            "incoming or outgoing sequence flow.",
        ),
        ("f6", "Invalid destination 's' of sequence flow 'f6': no flow enters a startEvent"),
        ("f4", "Invalid destination 'e' of sequence flow 'f4'"),
    ]


def test_conditions_are_expressions_or_scripts() -> None:
    condition = '<conditionExpression xsi:type="tFormalExpression"{}>{}</conditionExpression>'
    for attributes, text, message in (
        ("", "", "The condition of sequence flow 'f3' is empty"),
        ("", "x > 1", "The condition of sequence flow 'f3' 'x > 1' is no expression: it needs ${…}"),
        (
            ' language="groovy"',
            "${x}",
            f"Condition language 'groovy' is not supported, only JavaScript and JUEL: {SCRIPT_FIX}",
        ),
    ):
        flow = f'<sequenceFlow id="f3" sourceRef="t" targetRef="e">{condition.format(attributes, text)}</sequenceFlow>'
        assert told(task(EXTERNAL) + flow.replace(" > ", " &gt; ")) == [("f3", message)]


def test_one_scope_does_not_wait_twice_for_one_message() -> None:
    twice = "".join(
        f'<boundaryEvent id="b{n}" attachedToRef="t"><messageEventDefinition messageRef="m"/></boundaryEvent>'
        for n in (1, 2)
    )
    message = "Cannot have more than one message event subscription with name 'M' for scope 't'"
    assert told(with_boundary(twice)) == [("b2", message)]


def test_the_time_to_live_of_the_history_is_required_on_request() -> None:
    problems = refused(task(EXTERNAL), limits=Limits(require_history_ttl=True))
    assert [(problem.element_id, problem.construct) for problem in problems] == [("p", "camunda:historyTimeToLive")]


@pytest.mark.parametrize(
    ("xml", "warning"),
    [
        (
            '<userTask id="x"><extensionElements><camunda:other/></extensionElements></userTask>',
            ("x", "camunda:other has no effect here"),
        ),
        (
            '<userTask id="x"><extensionElements><camunda:taskListener event="update" expression="${x}"/>'
            "</extensionElements></userTask>",
            ("x", "camunda:taskListener (update) is not run"),
        ),
        (
            '<task id="x"><standardLoopCharacteristics/></task>',
            ("x", "standardLoopCharacteristics has no effect, as in Camunda: the activity runs once"),
        ),
        (
            '<task id="x"><extensionElements><camunda:executionListener class="" event=""/></extensionElements></task>',
            ("x", "camunda:executionListener without content has no effect"),
        ),
        (
            '<task id="x"><extensionElements><zeebe:taskDefinition type="a"/></extensionElements></task>',
            ("x", "zeebe:taskDefinition belongs to Camunda 8 and has no effect here"),
        ),
        (
            '<endEvent id="x"><compensateEventDefinition waitForCompletion="false"/></endEvent>',
            (
                "x",
                "Unsupported attribute value for 'waitForCompletion': 'waitForCompletion=false' is not supported. "
                "Compensation event will wait for compensation to join.",
            ),
        ),
    ],
)
def test_what_has_no_effect_is_a_warning(xml: str, warning: tuple[str, str]) -> None:
    assert warned(task(EXTERNAL) + xml) == [warning]


def test_a_file_without_an_executable_process_is_accepted_with_a_warning() -> None:
    xml = DEFINITIONS.format(root="", body='<complexGateway id="g"/>').replace('"true"', '"false"')
    model = parse(xml.encode())
    assert (model.processes, [warning.message for warning in model.warnings]) == (
        (),
        ["The file has no executable process"],
    )


def test_the_extension_namespaces_of_operaton_and_activiti_count_as_camundas() -> None:
    for namespace in ("http://operaton.org/schema/1.0/bpmn", "http://activiti.org/bpmn"):
        xml = DEFINITIONS.format(root="", body=task(EXTERNAL)).replace("http://camunda.org/schema/1.0/bpmn", namespace)
        (process,) = parse(xml.encode()).processes
        assert process.nodes["t"].behaviour == "external"

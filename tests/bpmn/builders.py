"""Small builders of BPMN files for tests.

Flows are written as text: `start>a a>b[${x > 1}] a>c*` is three flows, the second with a condition, the third the
default of `a`. Every builder returns XML; artifacts may stand anywhere in the list of elements.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

_NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="tests"'
)
_FLOW = re.compile(r"(\w+)>(\w+)(\*)?(?:\[(.*?)\](?=\s|$))?")
_flow_numbers = itertools.count(1)


def definitions(
    *processes: str,
    errors: Iterable[str] = (),
    messages: Iterable[str] = (),
    signals: Iterable[str] = (),
    escalations: Iterable[str] = (),
) -> bytes:
    """Return a file; errors, messages, signals and escalations are declared under their own names as ids."""
    declared = [f'<error id="{code}" errorCode="{code}" name="{code}"/>' for code in errors]
    declared += [f'<message id="{name}" name="{name}"/>' for name in messages]
    declared += [f'<signal id="{name}" name="{name}"/>' for name in signals]
    declared += [f'<escalation id="{code}" escalationCode="{code}" name="{code}"/>' for code in escalations]
    return (
        f'<definitions {_NAMESPACES} id="definitions_1">{"".join(declared)}{"".join(processes)}</definitions>'.encode()
    )


def process(id: str, elements: list[str], flows: str, attributes: str = "") -> str:
    """Return an executable process."""
    return f'<process id="{id}" isExecutable="true" {attributes}>{_body(elements, flows)}</process>'


def subprocess(
    id: str,
    elements: list[str],
    flows: str,
    *,
    inner: str = "",
    event: bool = False,
    tag: str = "subProcess",
    attributes: str = "",
) -> str:
    """Return an embedded subprocess, an event subprocess (`event`) or a transaction (`tag`)."""
    triggered = ' triggeredByEvent="true"' if event else ""
    return f'<{tag} id="{id}"{triggered} {attributes}>{inner}{_body(elements, flows)}</{tag}>'


def _body(elements: list[str], flows: str) -> str:
    nodes = "".join(element for element in elements if not element.startswith("<association"))
    artifacts = "".join(element for element in elements if element.startswith("<association"))
    sequence = ""
    for source, target, default, condition in _FLOW.findall(flows):
        id = f"flow_{next(_flow_numbers)}"
        if default:
            nodes = re.sub(rf'(<\w+ id="{source}")', rf'\1 default="{id}"', nodes, count=1)
        inner = f'<conditionExpression xsi:type="tFormalExpression">{escape(condition)}</conditionExpression>'
        ends = f'<sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">'
        sequence += f"{ends}{inner if condition else ''}</sequenceFlow>"
    return nodes + sequence + artifacts


def start(id: str = "start", definition: str = "", *, interrupting: bool = True) -> str:
    """Return a start event; `isInterrupting` matters in event subprocesses."""
    flag = "" if interrupting else ' isInterrupting="false"'
    return f'<startEvent id="{id}"{flag}>{definition}</startEvent>'


def end(id: str = "end", definition: str = "") -> str:
    """Return an end event."""
    return f'<endEvent id="{id}">{definition}</endEvent>'


def throw(id: str, definition: str = "") -> str:
    """Return an intermediate throw event."""
    return f'<intermediateThrowEvent id="{id}">{definition}</intermediateThrowEvent>'


def catch(id: str, definition: str) -> str:
    """Return an intermediate catch event."""
    return f'<intermediateCatchEvent id="{id}">{definition}</intermediateCatchEvent>'


def boundary(id: str, host: str, definition: str, *, interrupting: bool = True) -> str:
    """Return a boundary event."""
    flag = "" if interrupting else ' cancelActivity="false"'
    return f'<boundaryEvent id="{id}" attachedToRef="{host}"{flag}>{definition}</boundaryEvent>'


def error(code: str | None = None, attributes: str = "") -> str:
    """Return an error event definition."""
    reference = f'errorRef="{code}"' if code else ""
    return f"<errorEventDefinition {reference} {attributes}/>"


def escalation(code: str | None = None, attributes: str = "") -> str:
    """Return an escalation event definition."""
    reference = f'escalationRef="{code}"' if code else ""
    return f"<escalationEventDefinition {reference} {attributes}/>"


def message(name: str) -> str:
    """Return a message event definition."""
    return f'<messageEventDefinition messageRef="{name}"/>'


def signal(name: str, inner: str = "") -> str:
    """Return a signal event definition."""
    extension = f"<extensionElements>{inner}</extensionElements>" if inner else ""
    return f'<signalEventDefinition signalRef="{name}">{extension}</signalEventDefinition>'


def timer(text: str, kind: str = "timeDuration") -> str:
    """Return a timer event definition."""
    return f"<timerEventDefinition><{kind}>{escape(text)}</{kind}></timerEventDefinition>"


def condition(expression: str, attributes: str = "") -> str:
    """Return a conditional event definition."""
    text = f'<condition xsi:type="tFormalExpression">{escape(expression)}</condition>'
    return f"<conditionalEventDefinition {attributes}>{text}</conditionalEventDefinition>"


def compensate(activity: str | None = None) -> str:
    """Return a compensate event definition."""
    return (
        "<compensateEventDefinition/>" if activity is None else f'<compensateEventDefinition activityRef="{activity}"/>'
    )


TERMINATE = "<terminateEventDefinition/>"
CANCEL = "<cancelEventDefinition/>"


def link(name: str) -> str:
    """Return a link event definition."""
    return f'<linkEventDefinition name="{name}"/>'


def external(
    id: str,
    *,
    tag: str = "serviceTask",
    inner: str = "",
    extensions: str = "",
    topic: str | None = None,
    attributes: str = "",
) -> str:
    """Return an external task; its topic is its id unless another is given."""
    extra = f"<extensionElements>{extensions}</extensionElements>" if extensions else ""
    return (
        f'<{tag} id="{id}" camunda:type="external" camunda:topic={quoteattr(topic or id)} {attributes}>'
        f"{extra}{inner}</{tag}>"
    )


def handler(id: str) -> str:
    """Return an external task that compensates."""
    return external(id, attributes='isForCompensation="true"')


def association(event: str, activity: str) -> str:
    """Return the association of a compensation boundary event with its handler."""
    return f'<association id="as_{event}" associationDirection="One" sourceRef="{event}" targetRef="{activity}"/>'


def user(id: str, attributes: str = "", inner: str = "") -> str:
    """Return a user task."""
    return f'<userTask id="{id}" {attributes}>{inner}</userTask>'


def script(id: str, expression: str, variable: str = "result", extensions: str = "") -> str:
    """Return a JUEL script task."""
    extra = f"<extensionElements>{extensions}</extensionElements>" if extensions else ""
    text = escape(expression)
    return (
        f'<scriptTask id="{id}" scriptFormat="juel" camunda:resultVariable="{variable}">{extra}'
        f"<script>{text}</script></scriptTask>"
    )


def receive(id: str, name: str | None = None) -> str:
    """Return a receive task."""
    reference = "" if name is None else f'messageRef="{name}"'
    return f'<receiveTask id="{id}" {reference}/>'


def call(id: str, element: str, *, mappings: str = "", inner: str = "", attributes: str = "") -> str:
    """Return a call activity."""
    extra = f"<extensionElements>{mappings}</extensionElements>"
    return f'<callActivity id="{id}" calledElement={quoteattr(element)} {attributes}>{extra}{inner}</callActivity>'


def exclusive(id: str) -> str:
    """Return an exclusive gateway."""
    return f'<exclusiveGateway id="{id}"/>'


def parallel(id: str) -> str:
    """Return a parallel gateway."""
    return f'<parallelGateway id="{id}"/>'


def inclusive(id: str) -> str:
    """Return an inclusive gateway."""
    return f'<inclusiveGateway id="{id}"/>'


def event_gateway(id: str) -> str:
    """Return an event-based gateway."""
    return f'<eventBasedGateway id="{id}"/>'


def multi_instance(
    *,
    cardinality: str | None = None,
    collection: str | None = None,
    element: str | None = None,
    until: str | None = None,
    sequential: bool = False,
    attributes: str = "",
) -> str:
    """Return multi-instance loop characteristics."""
    names = f' camunda:collection="{collection}"' if collection else ""
    names += f' camunda:elementVariable="{element}"' if element else ""
    inner = f"<loopCardinality>{escape(cardinality)}</loopCardinality>" if cardinality else ""
    inner += f"<completionCondition>{escape(until)}</completionCondition>" if until else ""
    flag = "true" if sequential else "false"
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{flag}"{names} {attributes}>'
        f"{inner}</multiInstanceLoopCharacteristics>"
    )


def input_output(inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None) -> str:
    """Return `camunda:inputOutput`; values may hold XML (lists and maps)."""
    inner = "".join(
        f'<camunda:{tag} name="{name}">{value if value.startswith("<") else escape(value)}</camunda:{tag}>'
        for tag, parameters in (("inputParameter", inputs), ("outputParameter", outputs))
        for name, value in (parameters or {}).items()
    )
    return f"<camunda:inputOutput>{inner}</camunda:inputOutput>"

"""Models that the engine's tests run."""

from __future__ import annotations

from itertools import pairwise

from tests.builders import external_task, flow, process

START, END = '<startEvent id="start"/>', '<endEvent id="end"/>'


def timer(text: str, kind: str = "timeDuration") -> str:
    """Return the definition of a timer event."""
    return f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"


def message(name: str) -> str:
    """Return the declaration of a message, for `definitions`."""
    return f'<message id="message_{name}" name="{name}"/>'


def signal(name: str) -> str:
    """Return the declaration of a signal, for `definitions`."""
    return f'<signal id="signal_{name}" name="{name}"/>'


def on_message(name: str) -> str:
    """Return the definition of a message event."""
    return f'<messageEventDefinition messageRef="message_{name}"/>'


def on_signal(name: str) -> str:
    """Return the definition of a signal event."""
    return f'<signalEventDefinition signalRef="signal_{name}"/>'


def catch(id: str, definition: str) -> str:
    """Return an intermediate catch event."""
    return f'<intermediateCatchEvent id="{id}">{definition}</intermediateCatchEvent>'


def throw(id: str, definition: str) -> str:
    """Return an intermediate throw event."""
    return f'<intermediateThrowEvent id="{id}">{definition}</intermediateThrowEvent>'


def chain(*elements: tuple[str, str], id: str = "process", definitions: str = "", **attributes: str) -> str:
    """Return a process of elements (id, XML) in a row, between `start` and `end`."""
    ids = ["start", *(element_id for element_id, _ in elements), "end"]
    flows = [flow(source, target) for source, target in pairwise(ids)]
    xml = [element for _, element in elements]
    return process(START, *xml, END, *flows, id=id, definitions=definitions, **attributes)


def waiting_for_message(name: str = "paid", id: str = "process") -> str:
    """Return start → catch the message → external task `work` → end."""
    return chain(
        ("wait", catch("wait", on_message(name))),
        ("work", external_task()),
        id=id,
        definitions=message(name),
    )


def waiting_for_signal(name: str = "alarm", id: str = "process") -> str:
    """Return start → catch the signal → external task `work` → end."""
    return chain(
        ("wait", catch("wait", on_signal(name))),
        ("work", external_task()),
        id=id,
        definitions=signal(name),
    )


def started_by(definition: str, declarations: str = "", id: str = "process") -> str:
    """Return a process that an event starts, with the external task `work`."""
    return process(
        f'<startEvent id="begin">{definition}</startEvent>',
        external_task(),
        END,
        flow("begin", "work"),
        flow("work", "end"),
        id=id,
        definitions=declarations,
    )


def calling(key: str = "called", mappings: str = "", attributes: str = "", id: str = "process") -> str:
    """Return start → call activity `call` → external task `after` → end."""
    inner = f"<extensionElements>{mappings}</extensionElements>" if mappings else ""
    call = f'<callActivity id="call" calledElement="{key}" {attributes}>{inner}</callActivity>'
    return chain(("call", call), ("after", external_task("after")), id=id)

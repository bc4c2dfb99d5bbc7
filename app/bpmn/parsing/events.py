"""What an event waits for or throws."""

from __future__ import annotations

from app.bpmn.expressions import Expression
from app.bpmn.graph import NONE_EVENT, Condition, EventDefinition, TimerDefinition, TimerKind
from app.bpmn.parsing.expressions import Source
from app.bpmn.parsing.extensions import read_external, read_mappings
from app.bpmn.parsing.xml import Element, attribute, child, children, local_name, text_of
from app.bpmn.vocabulary import EVENT_TYPES, EventType

_TIMER_KINDS: tuple[TimerKind, ...] = ("timeDate", "timeDuration", "timeCycle")


def event_element(node: Element) -> Element | None:
    """Return the event definition inside a node; a file with several is refused by validation."""
    return next(children(node, *EVENT_TYPES), None)


def event_type(node: Element) -> EventType:
    """Return what an event waits for or throws: the first of its definitions, or nothing."""
    element = event_element(node)
    return EventType.NONE if element is None else EVENT_TYPES[local_name(element)]


def read_event(node: Element, source: Source) -> EventDefinition:
    """Read the event definition of a start, intermediate, boundary or end event."""
    element = event_element(node)
    if element is None:
        return NONE_EVENT
    match kind := EVENT_TYPES[local_name(element)]:
        case EventType.MESSAGE:
            name = _name(source.declarations.message(element.get("messageRef")), element, source)
            return EventDefinition(kind, name=name, external=read_external(element, source))
        case EventType.SIGNAL:
            name = _name(source.declarations.signal(element.get("signalRef")), element, source)
            return EventDefinition(kind, name=name, inputs=read_mappings(element, "in", source))
        case EventType.ERROR:
            return _error(element, source)
        case EventType.ESCALATION:
            code = source.declarations.escalation(element.get("escalationRef"))
            return EventDefinition(kind, code=code, code_variable=attribute(element, "escalationCodeVariable"))
        case EventType.TIMER:
            return EventDefinition(kind, timer=_timer(element, source))
        case EventType.CONDITIONAL:
            return EventDefinition(kind, condition=_condition(element, source))
        case EventType.COMPENSATE:
            return EventDefinition(kind, activity_ref=element.get("activityRef"))
        case _:
            return EventDefinition(kind)


def receive_event(node: Element, source: Source) -> EventDefinition:
    """Read what a receive task waits for: its message, or without one a signal to its execution."""
    name = source.declarations.message(node.get("messageRef"))
    return NONE_EVENT if name is None else EventDefinition(EventType.MESSAGE, name=_name(name, node, source))


def _name(name: str | None, element: Element, source: Source) -> Expression | None:
    return None if name is None else source.compile(name, element)


def _error(element: Element, source: Source) -> EventDefinition:
    declared = source.declarations.error(element.get("errorRef"))
    return EventDefinition(
        EventType.ERROR,
        code=declared.code,
        code_variable=attribute(element, "errorCodeVariable"),
        message_variable=attribute(element, "errorMessageVariable"),
        error_message=source.optional(declared.message, element),
    )


def _timer(element: Element, source: Source) -> TimerDefinition | None:
    for kind in _TIMER_KINDS:
        found = child(element, kind)
        if found is not None and (text := text_of(found)):
            return TimerDefinition(kind, source.compile(text, found))
    return None


def _condition(element: Element, source: Source) -> Condition | None:
    found = child(element, "condition")
    if found is None or (text := text_of(found)) is None:
        return None
    events = attribute(element, "variableEvents") or ""
    return Condition(
        expression=source.compile(text, found),
        variable_name=attribute(element, "variableName"),
        variable_events=frozenset(name.strip().lower() for name in events.split(",") if name.strip()),
    )

"""The flow nodes of BPMN as this engine knows them: a row each, which validation, parsing and execution all ask.

An element that the engine learns is a row of `NODE_KINDS`, and a `Behaviour` if it does what no other does: then a
function in a file of `app.bpmn.execution`, named in `execution.behaviours`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum, auto
from types import MappingProxyType
from typing import Self


class Word(StrEnum):
    """A word with what holds for it: every annotation of a class is a fact, false unless the word's line names it."""

    def __new__(cls, value: str, *facts: str) -> Self:
        word = str.__new__(cls, value)
        word._value_ = value
        known = cls.__annotations__
        if not known.keys() >= set(facts):
            raise TypeError(f"'{value}' has facts that {cls.__name__} does not know: {facts}")
        for fact in known:
            setattr(word, fact, fact in facts)
        return word


class EventType(Word):
    """What an event waits for or throws: the event definitions of BPMN.

    `subscribes`: who waits for it has a subscription. `ends_scope`: an end event with it interrupts its scope before
    anything else. `jumps`: the token goes on elsewhere at once, and the history does not tell of it, as in Camunda.
    """

    subscribes: bool
    ends_scope: bool
    jumps: bool

    NONE = "none"
    MESSAGE = "message", "subscribes"
    TIMER = "timer"
    SIGNAL = "signal", "subscribes"
    ERROR = "error"
    ESCALATION = "escalation"
    CONDITIONAL = "conditional", "subscribes"
    COMPENSATE = "compensate"
    CANCEL = "cancel", "ends_scope"
    TERMINATE = "terminate", "ends_scope"
    LINK = "link", "jumps"

    @property
    def definition(self) -> str:
        """The element that holds it."""
        return f"{self}EventDefinition"


class Behaviour(Word):
    """What a node does when a token reaches it; `execution.behaviours` names the function of each.

    `waits`: the token stays until something comes. `joins`: the tokens of its incoming flows wait for one another.
    `takes_all`: it is left by all its flows, whatever their conditions. `takes_one`: it is left by the first flow whose
    condition holds. `is_task`: somebody outside does it, and reports. `by_event`: no flow leads to it, its start event
    calls it. `has_place`: it has an execution of its own although the token does not stay.
    """

    waits: bool
    joins: bool
    takes_all: bool
    takes_one: bool
    is_task: bool
    by_event: bool
    has_place: bool

    PASS = "pass"
    START = "start"
    BOUNDARY = "boundary"
    CATCH = "catch", "waits"
    THROW = "throw"
    END = "end"
    EXTERNAL = "external", "waits", "is_task"
    USER = "user", "waits", "is_task"
    SCRIPT = "script"
    EXPRESSION = "expression"
    DECISION = "decision", "has_place"
    RECEIVE = "receive", "waits"
    EXCLUSIVE = "exclusive", "takes_one"
    PARALLEL = "parallel", "joins", "takes_all"
    INCLUSIVE = "inclusive", "joins"
    EVENT_GATEWAY = "event_gateway", "waits", "takes_all"
    SUBPROCESS = "subprocess", "waits"
    EVENT_SUBPROCESS = "event_subprocess", "waits", "by_event"
    TRANSACTION = "transaction", "waits"
    CALL = "call", "waits"


class Group(Enum):
    """The families of flow nodes."""

    TASK = auto()
    CALL = auto()
    SUBPROCESS = auto()
    EVENT = auto()
    GATEWAY = auto()


_NO_EVENTS: Mapping[EventType, str] = MappingProxyType({})
_ACTIVITIES = (Group.TASK, Group.CALL, Group.SUBPROCESS)


@dataclass(frozen=True, slots=True)
class NodeKind:
    """One kind of flow node.

    `events` are the event definitions that it may hold, and the activity type that Camunda's history then shows (any
    other node's type is its `tag`). `attached` are the events that its boundary events may have, `starts` those of the
    start event inside it (none: it begins without one). `external`: workers may do it. `decides`: it may ask a
    decision. `catches`, `throws`: it waits for its event, or brings it about. `entered`, `left`: sequence flows may
    lead to it or away. `inputs`, `outputs`: it may have parameters that lead in, or out. `repeats`: it may have
    `multiInstanceLoopCharacteristics`.
    """

    tag: str
    group: Group
    behaviour: Behaviour
    events: Mapping[EventType, str] = field(default_factory=lambda: _NO_EVENTS)
    attached: frozenset[EventType] = frozenset()
    starts: frozenset[EventType] = frozenset()
    external: bool = False
    decides: bool = False
    catches: bool = False
    throws: bool = False
    entered: bool = True
    left: bool = True
    inputs: bool = True
    outputs: bool = True
    repeats: bool = False

    @property
    def is_activity(self) -> bool:
        """Whether it is work of some duration: a task, a call or a subprocess."""
        return self.group in _ACTIVITIES

    def type_with(self, event: EventType) -> str:
        """Return the activity type that the history shows."""
        return self.events.get(event, self.tag)


_START = {
    EventType.NONE: "startEvent",
    EventType.MESSAGE: "messageStartEvent",
    EventType.TIMER: "startTimerEvent",
    EventType.SIGNAL: "signalStartEvent",
    EventType.ERROR: "errorStartEvent",
    EventType.ESCALATION: "escalationStartEvent",
    EventType.CONDITIONAL: "conditionalStartEvent",
    EventType.COMPENSATE: "compensationStartEvent",
}
_END = {
    EventType.NONE: "noneEndEvent",
    EventType.MESSAGE: "messageEndEvent",
    EventType.SIGNAL: "signalEndEvent",
    EventType.ERROR: "errorEndEvent",
    EventType.ESCALATION: "escalationEndEvent",
    EventType.COMPENSATE: "compensationEndEvent",
    EventType.CANCEL: "cancelEndEvent",
    EventType.TERMINATE: "terminateEndEvent",
}
_BOUNDARY = {
    EventType.MESSAGE: "boundaryMessage",
    EventType.TIMER: "boundaryTimer",
    EventType.SIGNAL: "boundarySignal",
    EventType.ERROR: "boundaryError",
    EventType.ESCALATION: "boundaryEscalation",
    EventType.CONDITIONAL: "boundaryConditional",
    EventType.COMPENSATE: "compensationBoundaryCatch",
    EventType.CANCEL: "cancelBoundaryCatch",
}
_CATCH = {
    EventType.MESSAGE: "intermediateMessageCatch",
    EventType.TIMER: "intermediateTimer",
    EventType.SIGNAL: "intermediateSignalCatch",
    EventType.CONDITIONAL: "intermediateConditional",
    EventType.LINK: "intermediateLinkCatch",
}
_THROW = {
    EventType.NONE: "intermediateNoneThrowEvent",
    EventType.MESSAGE: "intermediateMessageThrowEvent",
    EventType.SIGNAL: "intermediateSignalThrow",
    EventType.ESCALATION: "intermediateEscalationThrowEvent",
    EventType.COMPENSATE: "intermediateCompensationThrowEvent",
    EventType.LINK: "intermediateThrowEvent",
}
_ATTACHED = frozenset(_BOUNDARY) - {EventType.ESCALATION, EventType.CANCEL}
_ESCALATES = _ATTACHED | {EventType.ESCALATION}
_EMBEDDED = frozenset((EventType.NONE,))
_CALLED = frozenset(_START) - {EventType.NONE}
PROCESS_STARTS = frozenset(
    (EventType.NONE, EventType.MESSAGE, EventType.TIMER, EventType.SIGNAL, EventType.CONDITIONAL)
)
"""What the start events of a process may wait for."""


_TASK = NodeKind("task", Group.TASK, Behaviour.PASS, attached=_ATTACHED, repeats=True)
_GATEWAY = NodeKind("exclusiveGateway", Group.GATEWAY, Behaviour.EXCLUSIVE, inputs=False, outputs=False)
START_EVENT = NodeKind(
    "startEvent", Group.EVENT, Behaviour.START, _START, catches=True, entered=False, inputs=False, outputs=False
)
BOUNDARY_EVENT = replace(START_EVENT, tag="boundaryEvent", behaviour=Behaviour.BOUNDARY, events=_BOUNDARY)
SUBPROCESS = NodeKind(
    "subProcess", Group.SUBPROCESS, Behaviour.SUBPROCESS, attached=_ESCALATES, starts=_EMBEDDED, repeats=True
)
EVENT_SUBPROCESS = NodeKind(
    "subProcess",
    Group.SUBPROCESS,
    Behaviour.EVENT_SUBPROCESS,
    starts=_CALLED,
    entered=False,
    left=False,
    inputs=False,
    outputs=False,
)
"""A `subProcess` with `triggeredByEvent`."""
TRANSACTION = replace(SUBPROCESS, tag="transaction", behaviour=Behaviour.TRANSACTION, attached=frozenset(_BOUNDARY))

NODE_KINDS = (
    START_EVENT,
    BOUNDARY_EVENT,
    NodeKind("intermediateCatchEvent", Group.EVENT, Behaviour.CATCH, _CATCH, catches=True),
    NodeKind("intermediateThrowEvent", Group.EVENT, Behaviour.THROW, _THROW, throws=True),
    NodeKind("endEvent", Group.EVENT, Behaviour.END, _END, throws=True, outputs=False),
    _TASK,
    replace(_TASK, tag="manualTask"),
    replace(_TASK, tag="serviceTask", external=True),
    replace(_TASK, tag="sendTask", external=True),
    replace(_TASK, tag="businessRuleTask", external=True, decides=True),
    replace(_TASK, tag="scriptTask", behaviour=Behaviour.SCRIPT),
    replace(_TASK, tag="userTask", behaviour=Behaviour.USER, attached=_ESCALATES),
    replace(_TASK, tag="receiveTask", behaviour=Behaviour.RECEIVE, catches=True),
    NodeKind("callActivity", Group.CALL, Behaviour.CALL, attached=_ESCALATES, repeats=True),
    SUBPROCESS,
    EVENT_SUBPROCESS,
    TRANSACTION,
    _GATEWAY,
    replace(_GATEWAY, tag="parallelGateway", behaviour=Behaviour.PARALLEL),
    replace(_GATEWAY, tag="inclusiveGateway", behaviour=Behaviour.INCLUSIVE),
    replace(_GATEWAY, tag="eventBasedGateway", behaviour=Behaviour.EVENT_GATEWAY),
)
KINDS_BY_TAG = MappingProxyType({kind.tag: kind for kind in NODE_KINDS if kind is not EVENT_SUBPROCESS})
SUBPROCESS_TAGS = tuple(tag for tag, kind in KINDS_BY_TAG.items() if kind.group is Group.SUBPROCESS)
EVENT_TYPES = MappingProxyType({event.definition: event for event in EventType if event is not EventType.NONE})
"""The element of every event definition."""

UNSUPPORTED_NODES = MappingProxyType(
    {
        "complexGateway": "use inclusive or exclusive gateways",
        "adHocSubProcess": "model the order of its activities, or start them by non-interrupting event subprocesses",
        "choreographyTask": "choreographies cannot run; model each participant as a process",
        "subChoreography": "choreographies cannot run; model each participant as a process",
        "callChoreography": "choreographies cannot run; model each participant as a process",
    }
)
"""The flow nodes that this engine refuses, and what to do instead."""

"""A parsed process definition: immutable, shared by threads, cached per definition.

A `Process` holds its nodes by id and a root `Scope`. Nodes refer to each other by id; sequence flows lie inside one
scope. All expressions are compiled. What Camunda resolves at parse time is resolved here too: a flow into a link throw
event leads to its catch event, a compensation boundary event knows its handler.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from app.bpmn.bindings import Binding
from app.bpmn.decisions import DecisionCall
from app.bpmn.expressions import Expression
from app.bpmn.forms import Form
from app.bpmn.scripts import Script
from app.bpmn.vocabulary import Behaviour, EventType
from app.errors import Problem

Code = Expression | Script
"""What a model may have calculated: JUEL, or JavaScript."""
TimerKind = Literal["timeDate", "timeDuration", "timeCycle"]


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `source` and `target` are node ids."""

    id: str
    source: str
    target: str
    condition: Code | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Listeners:
    """What is calculated when an activity or a process begins and when it ends, each in document order."""

    start: tuple[Code, ...] = ()
    end: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeListeners:
    """What is calculated when a sequence flow is taken, and the node that it leaves."""

    source: str
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class TimerDefinition:
    """When a timer is due: an ISO-8601 date, duration or cycle (or cron), possibly an expression."""

    kind: TimerKind
    expression: Expression


@dataclass(frozen=True, slots=True)
class ListValue:
    """A `camunda:list` of an input or output parameter."""

    items: tuple[ParameterValue, ...]


@dataclass(frozen=True, slots=True)
class MapValue:
    """A `camunda:map` of an input or output parameter: (key, value) in document order."""

    entries: tuple[tuple[str, ParameterValue], ...]


ParameterValue = Code | ListValue | MapValue | None
"""None is an empty parameter: null."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `camunda:inputParameter` or `camunda:outputParameter`."""

    name: str
    value: ParameterValue


@dataclass(frozen=True, slots=True)
class InputOutput:
    """The `camunda:inputOutput` of an activity."""

    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class CallMapping:
    """One `camunda:in` or `camunda:out`: all variables, one by name, one by expression, or the business key (`in`).

    `local` takes the variables of the innermost scope only (`camunda:local`).
    """

    source: str | None = None
    expression: Expression | None = None
    target: str | None = None
    all_variables: bool = False
    business_key: Expression | None = None
    local: bool = False


@dataclass(frozen=True, slots=True)
class CallDefinition:
    """What a call activity calls and what goes in and out."""

    element: Expression
    binding: Binding = "latest"
    version: Expression | None = None
    version_tag: Expression | None = None
    tenant_id: Expression | None = None
    inputs: tuple[CallMapping, ...] = ()
    outputs: tuple[CallMapping, ...] = ()


@dataclass(frozen=True, slots=True)
class ExternalDefinition:
    """Topic and priority of an external task; `priority` None means the process's, else 0."""

    topic: Expression
    priority: Expression | None = None


@dataclass(frozen=True, slots=True)
class ErrorDefinition:
    """One `camunda:errorEventDefinition`: `code` None catches everything; without `condition` it never matches."""

    code: str | None
    condition: Expression | None
    code_variable: str | None = None
    message_variable: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A conditional event: the expression, and which changes of which variables make it look again (empty: all)."""

    expression: Expression
    variable_name: str | None = None
    variable_events: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What an event waits for or throws.

    `name` is the message's or signal's; `code` the error's or escalation's (None catches everything), `error_message`
    the text of `camunda:errorMessage`; `activity_ref` the activity to compensate; `inputs` the variables that go with a
    thrown signal; `external` makes a message throw or end event an external task.
    """

    type: EventType
    name: Expression | None = None
    code: str | None = None
    code_variable: str | None = None
    message_variable: str | None = None
    error_message: Expression | None = None
    timer: TimerDefinition | None = None
    condition: Condition | None = None
    activity_ref: str | None = None
    inputs: tuple[CallMapping, ...] = ()
    external: ExternalDefinition | None = None


NONE_EVENT = EventDefinition(EventType.NONE)


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """Repeat an activity: once for each item of `collection`, or `cardinality` times."""

    sequential: bool
    collection: Expression | None = None
    element_variable: str | None = None
    cardinality: Expression | None = None
    completion_condition: Expression | None = None
    async_before: bool = False
    async_after: bool = False
    exclusive: bool = True
    retry_cycle: Expression | None = None


@dataclass(frozen=True, slots=True)
class UserDefinition:
    """Attributes of a user task, unevaluated; `form_key` is kept as data."""

    assignee: Expression | None = None
    candidate_users: Expression | None = None
    candidate_groups: Expression | None = None
    due_date: Expression | None = None
    follow_up_date: Expression | None = None
    priority: Expression | None = None
    form_key: Expression | None = None
    name: Expression | None = None
    description: Expression | None = None
    listeners: Mapping[str, tuple[Code, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node: `type` is Camunda's activity type in the history (`boundaryError` …), `tag` the BPMN element.

    `scope_id` is the id of the process or subprocess around it. `boundary` names the boundary events attached to it, in
    document order. `triggers` of an event-based gateway are the events behind it, and those have `after_event_gateway`.
    `handler` of a compensation boundary event is the activity that compensates; `compensated_by` of the activity is
    that handler (of a subprocess: or its compensation event subprocess). `upstream` of an inclusive join holds the
    nodes of its scope from which a token can still reach it. `is_scope` says that visiting the node makes an
    execution of its own, because it waits or has variables or events of its own. `script` is what a script task or the
    `camunda:expression` of a service task calculates, `initiator` the variable that gets the user who starts.
    """

    id: str
    tag: str
    type: str
    behaviour: Behaviour
    scope_id: str
    name: str | None = None
    documentation: str | None = None
    outgoing: tuple[Flow, ...] = ()
    incoming: tuple[str, ...] = ()
    default_flow: str | None = None
    event: EventDefinition = NONE_EVENT
    interrupting: bool = True
    boundary: tuple[str, ...] = ()
    attached_to: str | None = None
    triggers: tuple[str, ...] = ()
    scope: Scope | None = None
    multi_instance: MultiInstance | None = None
    io: InputOutput | None = None
    external: ExternalDefinition | None = None
    error_definitions: tuple[ErrorDefinition, ...] = ()
    call: CallDefinition | None = None
    decision: DecisionCall | None = None
    user: UserDefinition | None = None
    script: Code | None = None
    result_variable: str | None = None
    listeners: Listeners | None = None
    initiator: str | None = None
    form: Form | None = None
    properties: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    async_before: bool = False
    async_after: bool = False
    exclusive: bool = True
    retry_cycle: Expression | None = None
    job_priority: Expression | None = None
    is_for_compensation: bool = False
    compensated_by: str | None = None
    handler: str | None = None
    after_event_gateway: bool = False
    upstream: frozenset[str] = frozenset()
    is_scope: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Scope:
    """The inside of a process or subprocess: where it starts, and the events that watch over it.

    `start` is the node a token starts at: the none start event (of an event subprocess: its only start event); None for
    a process that messages, signals or timers start only. `watchers` are the start events of its event subprocesses.
    """

    id: str
    node_id: str | None
    start: str | None
    watchers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process definition. `scopes` holds the root under the process's own key; `reads_token` says that
    its scripts and conditions are 5Minds'."""

    key: str
    nodes: Mapping[str, Node]
    root: Scope
    scopes: Mapping[str, Scope]
    name: str | None = None
    version_tag: str | None = None
    category: str | None = None
    documentation: str | None = None
    history_time_to_live: str | None = None
    startable_in_tasklist: bool = True
    candidate_starter_users: tuple[str, ...] = ()
    candidate_starter_groups: tuple[str, ...] = ()
    task_priority: Expression | None = None
    job_priority: Expression | None = None
    reads_token: bool = False
    listeners: Listeners | None = None
    take_listeners: Mapping[str, TakeListeners] = field(default_factory=lambda: MappingProxyType({}))
    message_starts: tuple[str, ...] = ()
    signal_starts: tuple[str, ...] = ()
    timer_starts: tuple[str, ...] = ()
    conditional_starts: tuple[str, ...] = ()
    has_conditional_events: bool = False
    has_inclusive_joins: bool = False

    @property
    def initial(self) -> str | None:
        """Id of the start event that a start by hand or by a call uses: the one without a trigger, else the only one.

        None when there are several, all with triggers.
        """
        return self.root.start


@dataclass(frozen=True, slots=True)
class ParsedModel:
    """The executable processes of one file, in document order, and what has no effect here."""

    processes: tuple[Process, ...]
    warnings: tuple[Problem, ...] = ()

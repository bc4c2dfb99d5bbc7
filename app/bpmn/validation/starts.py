"""Start events: of processes, of subprocesses, of event subprocesses."""

from __future__ import annotations

from app.bpmn.parsing.events import event_type
from app.bpmn.parsing.xml import Element, local_name, plain_flag
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model, ScopeView
from app.bpmn.vocabulary import START_EVENT, EventType

_ONLY_IN_EVENT_SUBPROCESS = (EventType.ERROR, EventType.MESSAGE, EventType.SIGNAL)


def check_starts(model: Model, findings: Findings) -> None:
    """Check that every scope can start, in one way only."""
    for scope in model.scopes:
        starts = list(scope.of(START_EVENT.tag))
        if not starts:
            _check_absence(scope, findings)
        elif scope.is_process:
            if not model.is_from_five_minds:
                _check_single(scope, starts, findings)
            _check_process(starts, scope, findings)
        else:
            _check_subprocess(scope, starts, findings)


def _check_absence(scope: ScopeView, findings: Findings) -> None:
    if scope.starts:
        name = local_name(scope.element)
        findings.problem(f"{name} must define a startEvent element", scope.element, "startEvent")


def _check_single(scope: ScopeView, starts: list[Element], findings: Findings) -> None:
    exclusive = [start for start in starts if event_type(start) in (EventType.NONE, EventType.TIMER)]
    for start in exclusive[1:]:
        message = "multiple none start events or timer start events not supported on process definition"
        findings.problem(message, scope.element, "startEvent", start.get("id"))


def _check_process(starts: list[Element], scope: ScopeView, findings: Findings) -> None:
    for start in starts:
        event = event_type(start)
        if event not in scope.starts:
            findings.problem(
                f"{event.definition} is not allowed on a start event of a process; put it into an event subprocess",
                start,
                event.definition,
            )


def _check_subprocess(scope: ScopeView, starts: list[Element], findings: Findings) -> None:
    for start in starts[1:]:
        findings.problem(
            "multiple start events not supported for subprocess", scope.element, "startEvent", start.get("id")
        )
    for start in starts:
        if scope.is_event_subprocess:
            _check_event_subprocess(scope, start, findings)
        else:
            _check_embedded(scope, start, findings)


def _check_event_subprocess(scope: ScopeView, start: Element, findings: Findings) -> None:
    event = event_type(start)
    if event not in scope.starts:
        findings.problem(
            "start event of event subprocess must be of type 'error', 'message', 'timer', 'signal', 'compensation', "
            "'escalation' or 'conditional'",
            start,
            "startEvent",
        )
    if event is EventType.ERROR and not plain_flag(start, "isInterrupting", True):
        message = "error start event of event subprocess must be interrupting"
        findings.problem(message, start, "errorEventDefinition")
    if event is EventType.COMPENSATE and scope.parent is not None and scope.parent.is_process:
        findings.problem(
            "event subprocess with compensation start event is only supported for embedded subprocess (since throwing "
            "compensation through a call activity-induced process hierarchy is not supported)",
            start,
            "compensateEventDefinition",
        )


def _check_embedded(scope: ScopeView, start: Element, findings: Findings) -> None:
    event = event_type(start)
    if event in _ONLY_IN_EVENT_SUBPROCESS:
        findings.problem(
            f"{event.definition} only allowed on start event if subprocess is an event subprocess",
            start,
            event.definition,
        )
    elif event not in scope.starts:
        findings.problem(
            f"{event.definition} is not allowed on start event within a subprocess", start, event.definition
        )

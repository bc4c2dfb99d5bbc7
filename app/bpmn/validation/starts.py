"""Start events: of processes, of subprocesses, of event subprocesses."""

from __future__ import annotations

from app.bpmn.parsing.xml import Element, local_name, plain_flag
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model, ScopeView, event_kind

_PROCESS_STARTS = ("none", "message", "timer", "signal", "conditional")
_EVENT_SUBPROCESS_STARTS = ("error", "message", "timer", "signal", "compensate", "escalation", "conditional")
_ONLY_IN_EVENT_SUBPROCESS = ("error", "message", "signal")


def check_starts(model: Model, findings: Findings) -> None:
    """Check that every scope can start, in one way only."""
    for scope in model.scopes:
        starts = list(scope.of("startEvent"))
        if not starts:
            name = local_name(scope.element)
            findings.problem(f"{name} must define a startEvent element", scope.element, "startEvent")
        elif scope.is_process:
            _check_process(scope, starts, findings)
        else:
            _check_subprocess(scope, starts, findings)


def _check_process(scope: ScopeView, starts: list[Element], findings: Findings) -> None:
    exclusive = [start for start in starts if event_kind(start) in ("none", "timer")]
    for start in exclusive[1:]:
        message = "multiple none start events or timer start events not supported on process definition"
        findings.problem(message, scope.element, "startEvent", start.get("id"))
    for start in starts:
        kind = event_kind(start)
        if kind not in _PROCESS_STARTS:
            findings.problem(
                f"{kind}EventDefinition is not allowed on a start event of a process; put it into an event subprocess",
                start,
                f"{kind}EventDefinition",
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
            _check_embedded(start, findings)


def _check_event_subprocess(scope: ScopeView, start: Element, findings: Findings) -> None:
    kind = event_kind(start)
    if kind not in _EVENT_SUBPROCESS_STARTS:
        findings.problem(
            "start event of event subprocess must be of type 'error', 'message', 'timer', 'signal', 'compensation', "
            "'escalation' or 'conditional'",
            start,
            "startEvent",
        )
    if kind == "error" and not plain_flag(start, "isInterrupting", True):
        message = "error start event of event subprocess must be interrupting"
        findings.problem(message, start, "errorEventDefinition")
    if kind == "compensate" and scope.parent is not None and scope.parent.is_process:
        findings.problem(
            "event subprocess with compensation start event is only supported for embedded subprocess (since throwing "
            "compensation through a call activity-induced process hierarchy is not supported)",
            start,
            "compensateEventDefinition",
        )


def _check_embedded(start: Element, findings: Findings) -> None:
    kind = event_kind(start)
    if kind in _ONLY_IN_EVENT_SUBPROCESS:
        findings.problem(
            f"{kind}EventDefinition only allowed on start event if subprocess is an event subprocess",
            start,
            f"{kind}EventDefinition",
        )
    elif kind != "none":
        findings.problem(
            f"{kind}EventDefinition is not allowed on start event within a subprocess", start, f"{kind}EventDefinition"
        )

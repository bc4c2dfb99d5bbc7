"""Compensation and cancel events are wired as they must be."""

from __future__ import annotations

from app.bpmn.parsing.events import event_type
from app.bpmn.parsing.kinds import kind_of
from app.bpmn.parsing.xml import Element, children, local_name, plain_flag
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model, ScopeView, event_definitions
from app.bpmn.vocabulary import BOUNDARY_EVENT, EVENT_TYPES, START_EVENT, TRANSACTION, EventType


def check_compensation(model: Model, findings: Findings) -> None:
    """Check handlers, their boundary events, throw events, and cancel events."""
    identifiers = {element.get("id") for element in model.root.iter("{*}*")}
    compensated = {scope.parent.id for scope in model.scopes if scope.parent and _starts_compensation(scope)}
    for scope in model.scopes:
        for association in children(scope.element, "association"):
            _check_association(scope, association, identifiers, findings)
        _check_boundaries(scope, compensated, findings)
        _check_handlers(scope, findings)
        for node in scope.of("intermediateThrowEvent", "endEvent"):
            for definition in event_definitions(node):
                if EVENT_TYPES[local_name(definition)] is EventType.COMPENSATE:
                    _check_throw(scope, definition, findings)
        _check_cancel(scope, findings)
    _check_compensation_subprocesses(model, findings)


def _check_association(scope: ScopeView, element: Element, identifiers: set[str | None], findings: Findings) -> None:
    for end in ("sourceRef", "targetRef"):
        reference = element.get(end)
        if reference is None:
            findings.problem(f"association element missing attribute '{end}'", element, "association")
        elif reference not in identifiers:
            findings.problem(f"Invalid reference {end} '{reference}' of association element ", element, "association")
    source, target = scope.nodes.get(element.get("sourceRef", "")), scope.nodes.get(element.get("targetRef", ""))
    if source is None or local_name(source) != BOUNDARY_EVENT.tag or event_type(source) is not EventType.COMPENSATE:
        return
    if target is not None and not plain_flag(target, "isForCompensation", False):
        findings.problem(
            "compensation boundary catch must be connected to element with isForCompensation=true",
            element,
            "association",
            source.get("id"),
            target.get("id"),
        )


def _check_boundaries(scope: ScopeView, compensated: set[str], findings: Findings) -> None:
    handled = {association.get("sourceRef") for association in children(scope.element, "association")}
    hosts: dict[tuple[str, str | None], str | None] = {}
    for node in scope.of(BOUNDARY_EVENT.tag):
        event, host = event_type(node), node.get("attachedToRef")
        if event not in (EventType.COMPENSATE, EventType.CANCEL):
            continue
        if (event, host) in hosts:
            what = "activity" if event is EventType.COMPENSATE else "transaction subprocess"
            findings.problem(
                f"multiple boundary events with {event.definition} not supported on same {what}",
                node,
                event.definition,
            )
        hosts[event, host] = node.get("id")
        if event is EventType.COMPENSATE:
            _check_compensation_boundary(node, handled, compensated, findings)


def _check_compensation_boundary(
    node: Element, handled: set[str | None], compensated: set[str], findings: Findings
) -> None:
    if node.get("id") not in handled:
        findings.warning(
            f"No association leads from '{node.get('id')}' to a compensation handler: nothing will be compensated",
            node,
            "compensateEventDefinition",
        )
    if node.get("attachedToRef") in compensated:
        findings.problem(
            "compensation boundary event and event subprocess with compensation start event are not supported on the "
            "same scope",
            node,
            "compensateEventDefinition",
            node.get("attachedToRef"),
            node.get("id"),
        )


def _starts_compensation(scope: ScopeView) -> bool:
    starts = scope.of(START_EVENT.tag) if scope.is_event_subprocess else ()
    return any(event_type(start) is EventType.COMPENSATE for start in starts)


def _check_handlers(scope: ScopeView, findings: Findings) -> None:
    handlers = {association.get("targetRef") for association in children(scope.element, "association")}
    for node in scope.activities():
        if plain_flag(node, "isForCompensation", False) and node.get("id") not in handlers:
            findings.warning(
                f"Nothing leads to the compensation activity '{node.get('id')}'", node, "isForCompensation"
            )


def _check_compensation_subprocesses(model: Model, findings: Findings) -> None:
    seen: set[str] = set()
    for scope in model.scopes:
        if scope.parent is None or not _starts_compensation(scope):
            continue
        if scope.parent.id in seen:
            message = "multiple event subprocesses with compensation start event are not supported on the same scope"
            findings.problem(message, scope.element, "compensateEventDefinition")
        seen.add(scope.parent.id)


def _check_throw(scope: ScopeView, definition: Element, findings: Findings) -> None:
    reference = definition.get("activityRef")
    around = scope.parent if scope.is_event_subprocess else None
    if reference is not None and reference not in scope.nodes and (around is None or reference not in around.nodes):
        findings.problem(
            f"Invalid attribute value for 'activityRef': no activity with id '{reference}' in scope "
            f"'{(around or scope).id}'",
            definition,
            "compensateEventDefinition",
        )
    if not plain_flag(definition, "waitForCompletion", True):
        findings.warning(
            "Unsupported attribute value for 'waitForCompletion': 'waitForCompletion=false' is not supported. "
            "Compensation event will wait for compensation to join.",
            definition,
            "compensateEventDefinition",
        )


def _check_cancel(scope: ScopeView, findings: Findings) -> None:
    for node in scope.of("endEvent"):
        if event_type(node) is EventType.CANCEL and kind_of(scope.element) is not TRANSACTION:
            message = "end event with cancelEventDefinition only supported inside transaction subprocess"
            findings.problem(message, node, "cancelEventDefinition")
    for node in scope.of(BOUNDARY_EVENT.tag):
        host = scope.nodes.get(node.get("attachedToRef", ""))
        if event_type(node) is EventType.CANCEL and host is not None and kind_of(host) is not TRANSACTION:
            message = "boundary event with cancelEventDefinition only supported on transaction subprocesses"
            findings.problem(message, node, "cancelEventDefinition")

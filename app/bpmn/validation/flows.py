"""Sequence flows join nodes of one scope; gateways know which way to go; links have a partner."""

from __future__ import annotations

from app.bpmn.expressions import is_expression
from app.bpmn.parsing.events import event_type
from app.bpmn.parsing.kinds import kind_of
from app.bpmn.parsing.scripts import Language, language_of
from app.bpmn.parsing.xml import Element, attribute, child, flag, local_name, plain_flag, text_of
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model, ScopeView, event_definitions
from app.bpmn.vocabulary import EVENT_TYPES, EventType, Group, NodeKind

MAX_JOIN_WORK = 500_000
"""Inclusive joins times nodes around them: each join knows from which nodes a token can reach it."""


def check_flows(model: Model, findings: Findings) -> None:
    """Check all flows, default flows, gateways and links."""
    _check_inclusive_joins(model, findings)
    for scope in model.scopes:
        caught = _behind_event_gateways(scope)
        for flow in scope.flows:
            _check_flow(scope, flow, caught, findings)
            if not model.reads_token:
                _check_condition(flow, findings)
        for node, kind in scope.with_kinds():
            _check_default(scope, node, kind, findings)
        for gateway in scope.of("exclusiveGateway"):
            _check_exclusive(scope, gateway, findings)
        for gateway in scope.of("eventBasedGateway"):
            _check_event_gateway(scope, gateway, findings)
        _check_links(scope, findings)


def _check_inclusive_joins(model: Model, findings: Findings) -> None:
    work = 0
    for scope in model.scopes:
        gateways = scope.of("inclusiveGateway")
        joins = sum(len(scope.incoming(gateway.get("id", ""))) > 1 for gateway in gateways)
        work += joins * len(scope.nodes)
    if work > MAX_JOIN_WORK:
        message = f"The file has too many inclusive joins for its size ({work} possible origins of tokens)"
        findings.problem(message, model.root, "size")


def _behind_event_gateways(scope: ScopeView) -> set[str]:
    gateways = {gateway.get("id") for gateway in scope.of("eventBasedGateway")}
    return {flow.get("targetRef", "") for flow in scope.flows if flow.get("sourceRef") in gateways}


def _check_flow(scope: ScopeView, flow: Element, caught: set[str], findings: Findings) -> None:
    flow_id, source_ref, target_ref = flow.get("id"), flow.get("sourceRef"), flow.get("targetRef")
    source, target = scope.nodes.get(source_ref or ""), scope.nodes.get(target_ref or "")
    message = _flow_problem(flow_id, source_ref, source, target_ref, target)
    if message is not None:
        findings.problem(message, flow, "sequenceFlow")
    elif source is not None and local_name(source) != "eventBasedGateway" and target_ref in caught:
        findings.problem(
            f"Invalid incoming sequenceflow for intermediateCatchEvent with id '{target_ref}' connected to an "
            "event-based gateway.",
            flow,
            "sequenceFlow",
        )
    if source is not None and not flow_id and flag(source, "asyncAfter"):
        findings.problem(
            f"Sequence flow with sourceRef='{source_ref}' must have an id, "
            f"activity with id '{source_ref}' uses 'asyncAfter'.",
            flow,
            "sequenceFlow",
            source_ref,
        )


def _flow_problem(
    flow_id: str | None, source_ref: str | None, source: Element | None, target_ref: str | None, target: Element | None
) -> str | None:
    rule = "A compensation activity should not have an incoming or outgoing sequence flow."
    if source is not None and plain_flag(source, "isForCompensation", False):
        return f"Invalid outgoing sequence flow of compensation activity '{source_ref}'. {rule}"
    if target is not None and plain_flag(target, "isForCompensation", False):
        return f"Invalid incoming sequence flow of compensation activity '{target_ref}'. {rule}"
    if source is None:
        return f"Invalid source '{source_ref}' of sequence flow '{flow_id}'"
    if target is None:
        return f"Invalid destination '{target_ref}' of sequence flow '{flow_id}'"
    left, entered = kind_of(source), kind_of(target)
    if left is not None and not left.left:
        return "Invalid outgoing sequence flow of event subprocess"
    if entered is None or entered.entered:
        return None
    if entered.behaviour.by_event:
        return "Invalid incoming sequence flow of event subprocess"
    return f"Invalid destination '{target_ref}' of sequence flow '{flow_id}': no flow enters a {entered.tag}"


def _check_condition(flow: Element, findings: Findings) -> None:
    condition = child(flow, "conditionExpression")
    if condition is None:
        return
    text = text_of(condition)
    is_juel = language_of(condition.get("language"), text or "") is Language.JUEL
    if attribute(condition, "resource") is None and (text is None or (is_juel and not is_expression(text))):
        said = "is empty" if text is None else f"'{text[:80]}' is no expression: it needs ${{…}}"
        findings.problem(f"The condition of sequence flow '{flow.get('id')}' {said}", condition, "conditionExpression")


def _check_default(scope: ScopeView, node: Element, kind: NodeKind, findings: Findings) -> None:
    default = node.get("default")
    if default is None or not (kind.is_activity or kind.group is Group.GATEWAY):
        return
    if not any(flow.get("id") == default for flow in scope.outgoing(node.get("id", ""))):
        findings.problem(
            f"Invalid 'default': '{default}' is no outgoing sequence flow of '{node.get('id')}'", node, "default"
        )


def _check_exclusive(scope: ScopeView, gateway: Element, findings: Findings) -> None:
    gateway_id = gateway.get("id", "")
    flows = scope.outgoing(gateway_id)
    named = f"Exclusive Gateway '{gateway_id}'"
    if not flows:
        findings.problem(f"{named} has no outgoing sequence flows.", gateway, "exclusiveGateway")
    elif len(flows) == 1:
        if child(flows[0], "conditionExpression") is not None:
            findings.problem(
                f"{named} has only one outgoing sequence flow ('{flows[0].get('id')}'). "
                "This is not allowed to have a condition.",
                gateway,
                "exclusiveGateway",
                gateway_id,
                flows[0].get("id"),
            )
    else:
        _check_choices(gateway, flows, named, findings)


def _check_choices(gateway: Element, flows: list[Element], named: str, findings: Findings) -> None:
    gateway_id, default = gateway.get("id"), gateway.get("default")
    unconditioned = []
    for flow in flows:
        conditioned, is_default = child(flow, "conditionExpression") is not None, flow.get("id") == default
        if conditioned and is_default:
            findings.problem(
                f"{named} has outgoing sequence flow '{flow.get('id')}' which is the default flow "
                "but has a condition too.",
                gateway,
                "exclusiveGateway",
                gateway_id,
                flow.get("id"),
            )
        elif not conditioned and not is_default:
            unconditioned.append(flow)
    for flow in unconditioned:
        message = (
            f"{named} has outgoing sequence flow '{flow.get('id')}' without condition which is not the default flow."
        )
        if default or len(unconditioned) > 1:
            findings.problem(message, gateway, "exclusiveGateway", gateway_id, flow.get("id"))
        else:
            message += (
                " We assume it to be the default flow, but it is bad modeling practice, "
                "better set the default flow in your gateway."
            )
            findings.warning(message, gateway, "exclusiveGateway", gateway_id, flow.get("id"))


def _check_event_gateway(scope: ScopeView, gateway: Element, findings: Findings) -> None:
    flows = scope.outgoing(gateway.get("id", ""))
    if not flows:
        findings.problem(f"Event based gateway '{gateway.get('id')}' waits for no event.", gateway, "eventBasedGateway")
    if flag(gateway, "asyncAfter"):
        findings.problem("'asyncAfter' not supported for eventBasedGateway elements.", gateway, "eventBasedGateway")
    for flow in flows:
        target = scope.nodes.get(flow.get("targetRef", ""))
        if target is None:
            continue
        if local_name(target) != "intermediateCatchEvent":
            findings.problem(
                "Event based gateway can only be connected to elements of type intermediateCatchEvent",
                gateway,
                "eventBasedGateway",
            )
        elif event_type(target) is EventType.LINK:
            message = "IntermediateCatchLinkEvent is not allowed after an EventBasedGateway."
            findings.problem(message, target, "linkEventDefinition")


def _check_links(scope: ScopeView, findings: Findings) -> None:
    targets: set[str] = set()
    for node in scope.of("intermediateCatchEvent"):
        if (name := _link_name(node)) is None:
            continue
        if name in targets:
            findings.problem(
                f"Multiple Intermediate Catch Events with the same link event name ('{name}') are not allowed.",
                node,
                "linkEventDefinition",
            )
        elif name != node.get("name"):
            findings.warning(
                f"Link Event named '{node.get('name')}' contains link event definition with name '{name}' - it is "
                "recommended to use the same name for both.",
                node,
                "linkEventDefinition",
            )
        targets.add(name)
    for node in scope.of("intermediateThrowEvent"):
        if (name := _link_name(node)) is not None and name not in targets:
            findings.problem(
                f"sequence flow points to link event source with name '{name}' but no event target with that name "
                "exists. Most probably your link events are not configured correctly.",
                node,
                "linkEventDefinition",
            )


def _link_name(node: Element) -> str | None:
    definition = next(iter(event_definitions(node)), None)
    if definition is None or EVENT_TYPES[local_name(definition)] is not EventType.LINK:
        return None
    return definition.get("name", "")

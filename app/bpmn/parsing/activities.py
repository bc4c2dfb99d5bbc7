"""What belongs to activities alone: repetition, calls, decisions, scripts, user tasks."""

from __future__ import annotations

from typing import cast

from app.bpmn.bindings import BINDINGS, Binding
from app.bpmn.decisions import DecisionCall, DecisionMapping
from app.bpmn.expressions import Expression
from app.bpmn.graph import CallDefinition, Code, MultiInstance, UserDefinition
from app.bpmn.parsing.expressions import Source
from app.bpmn.parsing.extensions import is_async, read_mappings, read_retry_cycle
from app.bpmn.parsing.listeners import read_task_listeners
from app.bpmn.parsing.scripts import read_code, script_text
from app.bpmn.parsing.xml import Element, attribute, child, child_text, flag


def read_multi_instance(node: Element, source: Source) -> MultiInstance | None:
    """Read `multiInstanceLoopCharacteristics`."""
    element = child(node, "multiInstanceLoopCharacteristics")
    if element is None:
        return None
    item = child(element, "inputDataItem")
    collection = attribute(element, "collection") or child_text(element, "loopDataInputRef")
    return MultiInstance(
        sequential=element.get("isSequential", "false").lower() == "true",
        collection=source.variable_or_expression(collection, element),
        element_variable=attribute(element, "elementVariable") or (None if item is None else item.get("name")),
        cardinality=source.optional(child_text(element, "loopCardinality"), element),
        completion_condition=source.optional(child_text(element, "completionCondition"), element),
        async_before=is_async(element, "asyncBefore"),
        async_after=is_async(element, "asyncAfter"),
        exclusive=flag(element, "exclusive", True),
        retry_cycle=source.optional(read_retry_cycle(element), element),
    )


def read_call(node: Element, source: Source) -> CallDefinition:
    """Read what a call activity calls, and its mappings."""
    binding = attribute(node, "calledElementBinding") or "latest"
    return CallDefinition(
        element=source.compile(node.get("calledElement", ""), node),
        binding=cast("Binding", binding),
        version=source.optional(attribute(node, "calledElementVersion"), node),
        version_tag=source.optional(attribute(node, "calledElementVersionTag"), node),
        tenant_id=source.optional(attribute(node, "calledElementTenantId"), node),
        inputs=read_mappings(node, "in", source),
        outputs=read_mappings(node, "out", source),
    )


def read_decision(node: Element, source: Source) -> DecisionCall | None:
    """Read which decision a business rule task asks, None for another one."""
    decision = attribute(node, "decisionRef")
    if decision is None:
        return None
    binding = attribute(node, "decisionRefBinding") or "latest"
    return DecisionCall(
        decision=source.compile(decision, node),
        binding=binding if binding in BINDINGS else "latest",
        version=source.optional(attribute(node, "decisionRefVersion"), node),
        version_tag=source.optional(attribute(node, "decisionRefVersionTag"), node),
        tenant_id=source.optional(attribute(node, "decisionRefTenantId"), node),
        mapping=cast("DecisionMapping", attribute(node, "mapDecisionResult") or "resultList"),
    )


def read_user(node: Element, source: Source) -> UserDefinition:
    """Read the attributes of a user task."""

    def optional(name: str) -> Expression | None:
        return source.optional(attribute(node, name), node)

    return UserDefinition(
        assignee=optional("assignee"),
        candidate_users=optional("candidateUsers"),
        candidate_groups=optional("candidateGroups"),
        due_date=optional("dueDate"),
        follow_up_date=optional("followUpDate"),
        priority=optional("priority"),
        form_key=optional("formKey"),
        name=source.optional(node.get("name"), node),
        description=source.optional(child_text(node, "documentation"), node),
        listeners=read_task_listeners(node, source),
    )


def read_script(node: Element, source: Source) -> Code | None:
    """Read what a script task calculates, from the model or the file that it names."""
    text = child_text(node, "script")
    if (resource := attribute(node, "resource")) is not None:
        text = script_text(node, resource, source.surroundings)
    return read_code(node, text, node.get("scriptFormat"), source)

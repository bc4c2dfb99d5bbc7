"""The extension elements: mappings that are complete and stand where they work, and what has no effect here."""

from __future__ import annotations

from app.bpmn.parsing.kinds import kind_of
from app.bpmn.parsing.xml import (
    EXTENSION_NAMESPACES,
    Element,
    children,
    extensions,
    is_bpmn,
    local_name,
)
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model, is_multi_instance

_EFFECTIVE = frozenset(
    (
        "inputOutput", "in", "out", "properties", "errorEventDefinition", "failedJobRetryTimeCycle",
        "executionListener", "taskListener", "formData", "connector", "field", "potentialStarter", "payload",
    )
)  # fmt: skip
_ZEEBE = "http://camunda.org/schema/zeebe/1.0"
_SILENT = ("http://camunda.org/schema/modeler/1.0", "http://www.signavio.com")


def check_extensions(model: Model, findings: Findings) -> None:
    """Check mappings, and warn of extensions without effect."""
    for element in model.elements():
        if not is_bpmn(element):
            continue
        for mapping in extensions(element, "inputOutput"):
            _check_input_output(element, mapping, findings)
        for mapping in extensions(element, "in", "out"):
            _check_mapping(mapping, findings)
        for container in children(element, "extensionElements"):
            for extension in container.iterchildren("{*}*"):
                _warn_of_extension(extension, findings)


def _check_input_output(element: Element, mapping: Element, findings: Findings) -> None:
    name, kind = local_name(element), kind_of(element)
    parameters = [inner for inner in mapping if isinstance(inner.tag, str)]
    if kind is None or not kind.inputs:
        if name != "messageEventDefinition":
            by_event = kind is not None and kind.behaviour.by_event
            more = " with attribute 'triggeredByEvent = true'" if by_event else ""
            message = f"camunda:inputOutput mapping unsupported for element type '{name}'{more}."
            findings.problem(message, mapping, "camunda:inputOutput")
        return
    outputs = any(local_name(inner) == "outputParameter" for inner in parameters)
    if outputs and not kind.outputs:
        message = f"camunda:outputParameter not allowed for element type '{name}'."
        findings.problem(message, mapping, "camunda:outputParameter")
    elif outputs and is_multi_instance(element):
        message = "camunda:outputParameter not allowed for multi-instance constructs"
        findings.problem(message, mapping, "camunda:outputParameter")
    for parameter in parameters:
        if not parameter.get("name"):
            message = f"Attribute 'name' is required on {local_name(parameter)}"
            findings.problem(message, parameter, "camunda:inputOutput")


def _check_mapping(mapping: Element, findings: Findings) -> None:
    """Check one `camunda:in` or `camunda:out`; `businessKey` and `variables="all"` need nothing else."""
    construct = f"camunda:{local_name(mapping)}"
    if mapping.get("businessKey") or mapping.get("variables") == "all":
        return
    source, expression, target = (mapping.get(name) for name in ("source", "sourceExpression", "target"))
    if source == "" or (source is None and expression == ""):
        name = "source" if source == "" else "sourceExpression"
        findings.problem(f"Empty attribute '{name}' when passing variables", mapping, construct)
    elif source is None and expression is None:
        message = "Missing parameter 'source' or 'sourceExpression' when passing variables"
        findings.problem(message, mapping, construct)
    if not target:
        said = "Missing" if target is None else "Empty"
        message = f"{said} attribute 'target' when attribute 'source' or 'sourceExpression' is set"
        findings.problem(message, mapping, construct)


def _warn_of_extension(extension: Element, findings: Findings) -> None:
    namespace, _, name = str(extension.tag)[1:].rpartition("}")
    if namespace in EXTENSION_NAMESPACES:
        if name not in _EFFECTIVE:
            findings.warning(f"camunda:{name} has no effect here", extension, f"camunda:{name}")
    elif namespace == _ZEEBE:
        message = f"zeebe:{name} belongs to Camunda 8 and has no effect here"
        findings.warning(message, extension, f"zeebe:{name}")
    elif namespace not in _SILENT:
        findings.warning(f"The extension element '{name}' ({namespace}) has no effect here", extension, name)

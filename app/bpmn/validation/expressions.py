"""Every expression of the model compiles."""

from __future__ import annotations

from collections.abc import Iterator

from app.bpmn.execution.hosts import HOST_METHODS
from app.bpmn.expressions import compile_expression, is_expression
from app.bpmn.expressions.methods import VALUE_METHODS
from app.bpmn.expressions.template import methods_in
from app.bpmn.parsing.xml import BPMN, EXTENSION_NAMESPACES, Element, is_bpmn, local_name, text_of
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model
from app.errors import ExpressionFailed

_TEXTS = frozenset(
    (
        "conditionExpression", "condition", "timeDate", "timeDuration", "timeCycle", "loopCardinality",
        "completionCondition", "loopDataInputRef", "script", "formalExpression",
    )
)  # fmt: skip
_EXTENSION_TEXTS = frozenset(
    ("inputParameter", "outputParameter", "value", "entry", "script", "failedJobRetryTimeCycle")
)
_EXTENSION_ATTRIBUTES = ("sourceExpression", "businessKey", "expression")
_PREFIXES = tuple(f"{{{namespace}}}" for namespace in EXTENSION_NAMESPACES)
KNOWN_METHODS = VALUE_METHODS | HOST_METHODS
_NAMED = ("message", "signal")
_CODE = ("delegateExpression", "class", "resource", "variableMappingDelegateExpression")


def check_expressions(model: Model, findings: Findings) -> None:
    """Compile them all."""
    for element in model.elements():
        for text in _texts(element):
            _check(text, element, findings)
    for name in _NAMED:
        for element in model.root.iter(BPMN + name):
            _check(element.get("name"), element, findings)
    for element in model.root.iter(BPMN + "error"):
        for prefix in _PREFIXES:
            _check(element.get(prefix + "errorMessage"), element, findings)


def _check(text: str | None, element: Element, findings: Findings) -> None:
    if text is None or not is_expression(text):
        return
    try:
        compile_expression(text)
    except ExpressionFailed as error:
        findings.problem(error.message, element, "expression")
        return
    for name in methods_in(text) - KNOWN_METHODS:
        message = (
            f"The expression '{text.strip()[:200]}' can never work: nothing has a method '{name}', and there are no "
            "beans of Java; use a script, or an external task"
        )
        findings.problem(message, element, "expression")


def _texts(element: Element) -> Iterator[str | None]:
    """Yield the texts of an element that Camunda takes for expressions (code, which is refused anyway, left out)."""
    name = local_name(element)
    if is_bpmn(element):
        if name in _TEXTS:
            yield text_of(element)
        if name == "callActivity":
            yield element.get("calledElement")
        if name == "userTask":
            yield element.get("name")
        for key, value in element.attrib.items():
            key = str(key)
            if key.startswith(_PREFIXES) and key.rpartition("}")[2] not in _CODE:
                yield str(value)
    elif str(element.tag).startswith(_PREFIXES):
        if name in _EXTENSION_TEXTS:
            yield text_of(element)
        if name in ("in", "out", "errorEventDefinition", "executionListener", "taskListener"):
            for attribute in _EXTENSION_ATTRIBUTES:
                yield element.get(attribute)

"""What would run code, read a resource or leave the engine: scripts, delegates, listeners, connectors, DMN, CMMN."""

from __future__ import annotations

from collections.abc import Iterator

from app.bpmn.parsing.xml import Element, attribute, children, extensions, is_bpmn, local_name
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model, event_definitions
from app.bpmn.vocabulary import EVENT_TYPES, EventType

_EXTERNAL = 'make it an external task (camunda:type="external" with camunda:topic) and do the work in a worker'
_DELEGATES = {
    "class": "the Java class '{}' cannot run here",
    "delegateExpression": "the Java delegate '{}' cannot run here",
    "expression": "the expression '{}' would call Java code",
}
_CODE_ATTRIBUTES = {
    "variableMappingClass": "map variables with camunda:in and camunda:out",
    "variableMappingDelegateExpression": "map variables with camunda:in and camunda:out",
    "formHandlerClass": "remove it; forms are kept as data only",
    "resource": "write the script into the model, in JUEL",
}
_LISTENERS = {
    "executionListener": "use an external task, or an input or output mapping",
    "taskListener": "use an external task before or after the user task",
}


def service_carriers(model: Model) -> Iterator[tuple[str, Element]]:
    """Yield what may call a service, with its name: service-like tasks and thrown messages."""
    for scope in model.scopes:
        for node, kind in scope.with_kinds():
            if kind.external:
                yield kind.tag, node
            elif kind.throws:
                for definition in event_definitions(node):
                    if EVENT_TYPES[local_name(definition)] is EventType.MESSAGE:
                        yield f"message {kind.tag}", definition


def check_code(model: Model, findings: Findings) -> None:
    """Refuse everything that would run code in the server."""
    for name, carrier in service_carriers(model):
        _check_delegate(name, carrier, findings)
    for element in model.elements():
        if is_bpmn(element):
            _check_attributes(element, findings)
            for listener in extensions(element, *_LISTENERS):
                _check_listener(listener, findings)
        _check_language(element, findings)
    _check_script_tasks(model, findings)


def _check_delegate(name: str, carrier: Element, findings: Findings) -> None:
    for kind, message in _DELEGATES.items():
        if value := attribute(carrier, kind):
            findings.problem(
                f"camunda:{kind} on {name}: {message.format(value)}; {_EXTERNAL}", carrier, f"camunda:{kind}"
            )
    if attribute(carrier, "decisionRef") is not None:
        message = f"camunda:decisionRef on {name}: DMN decisions are not evaluated here; {_EXTERNAL}"
        findings.problem(message, carrier, "camunda:decisionRef")
    for connector in extensions(carrier, "connector"):
        message = f"camunda:connector on {name}: connectors are not supported; {_EXTERNAL}"
        findings.problem(message, connector, "camunda:connector")


def _check_attributes(element: Element, findings: Findings) -> None:
    for name, instead in _CODE_ATTRIBUTES.items():
        if attribute(element, name) is not None:
            findings.problem(f"camunda:{name} would run code or read a resource: {instead}", element, f"camunda:{name}")
    if local_name(element) == "callActivity" and attribute(element, "caseRef") is not None:
        message = "camunda:caseRef on callActivity: CMMN cases are not supported; call a process with calledElement"
        findings.problem(message, element, "camunda:caseRef")


def _check_listener(listener: Element, findings: Findings) -> None:
    name = local_name(listener)
    kinds = [kind for kind in _DELEGATES if listener.get(kind) is not None]
    kinds += ["script" for inner in listener if isinstance(inner.tag, str) and local_name(inner) == "script"]
    event = f" ({listener.get('event')})" if listener.get("event") else ""
    if name == "taskListener" and kinds in ([], ["expression"]):
        findings.warning(f"taskListener{event} is not run", listener, "camunda:taskListener")
        return
    what = " and ".join(kinds) or "nothing"
    findings.problem(
        f"camunda:{name}{event} with {what} would run code: {_LISTENERS[name]}", listener, f"camunda:{name}"
    )


def _check_language(element: Element, findings: Findings) -> None:
    """Refuse scripts and conditions in any language but JUEL (also inside mappings)."""
    name = local_name(element)
    if is_bpmn(element) and name in ("conditionExpression", "condition", "completionCondition"):
        language, what = element.get("language"), f"Condition language '{element.get('language')}'"
    elif not is_bpmn(element) and name == "script":
        language, what = element.get("scriptFormat"), f"Script language '{element.get('scriptFormat')}'"
        if element.get("resource") is not None:
            findings.problem("camunda:script with a resource: write the script into the model", element, "script")
    else:
        return
    _check_is_juel(language, what, element, findings)


def _check_is_juel(language: str | None, what: str, element: Element, findings: Findings) -> None:
    if language is not None and language.strip().lower() != "juel":
        findings.problem(f"{what} is not supported, only JUEL: write ${{…}}, or {_EXTERNAL}", element, "script")


def _check_script_tasks(model: Model, findings: Findings) -> None:
    for scope in model.scopes:
        for task in scope.of("scriptTask"):
            language = task.get("scriptFormat")
            _check_is_juel(language, f"Script language '{language}'", task, findings)
            if not any(True for _ in children(task, "script")) and attribute(task, "resource") is None:
                findings.problem("Unable to process ScriptTask: it has no script", task, "scriptTask")

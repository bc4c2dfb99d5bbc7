"""Listeners: an expression or a script runs, a class of Java does not."""

from __future__ import annotations

from app.bpmn.parsing.listeners import TASK_EVENTS
from app.bpmn.parsing.xml import Element, extensions, is_bpmn, local_name
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model

_EVENTS = {"executionListener": frozenset(("start", "end", "take")), "taskListener": TASK_EVENTS}
_INSTEAD = {
    "executionListener": "write it as an expression or a script, or use an external task",
    "taskListener": "write it as an expression or a script, or use an external task before or after the user task",
}


def check_listeners(model: Model, findings: Findings) -> None:
    """Check all listeners of the executable processes."""
    for element in model.elements():
        if is_bpmn(element):
            for listener in extensions(element, *_EVENTS):
                _check(listener, findings)


def _check(listener: Element, findings: Findings) -> None:
    name, event = local_name(listener), listener.get("event") or ""
    construct = f"camunda:{name}"
    if is_empty(listener):
        findings.warning(f"camunda:{name} without content has no effect", listener, construct)
        return
    for kind in ("class", "delegateExpression"):
        if listener.get(kind):
            what = f"camunda:{name} ({event}) with the Java {kind} '{listener.get(kind)}' cannot run here"
            findings.problem(f"{what}: {_INSTEAD[name]}", listener, construct)
            return
    if event not in _EVENTS[name]:
        findings.warning(f"camunda:{name} ({event}) is not run", listener, construct)


def is_empty(listener: Element) -> bool:
    """Tell whether a listener says nothing, as 5Minds' editor writes it."""
    said = any(listener.get(kind) for kind in ("class", "delegateExpression", "expression"))
    return not said and not any(isinstance(child.tag, str) for child in listener)

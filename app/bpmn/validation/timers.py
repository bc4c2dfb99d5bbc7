"""Timers have a definition that can be read; so have the cycles of retries."""

from __future__ import annotations

from app.bpmn.expressions import is_expression
from app.bpmn.parsing.xml import BPMN, Element, attribute, child, extensions, local_name, plain_flag, text_of
from app.bpmn.timers import first_due, retry_delays
from app.bpmn.timers.due import TimerKind
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model
from app.errors import EngineFailed

_KINDS: tuple[TimerKind, ...] = ("timeDate", "timeCycle", "timeDuration")


def check_timers(model: Model, findings: Findings) -> None:
    """Check every timer definition and every literal cycle of retries."""
    for process in model.processes:
        for definition in process.iter(BPMN + "timerEventDefinition"):
            _check_timer(definition, findings)
    for element in model.elements():
        for cycle in extensions(element, "failedJobRetryTimeCycle"):
            _check_retries(text_of(cycle), cycle, findings)
        if (text := attribute(element, "failedJobRetryTimeCycle")) is not None:
            _check_retries(text, element, findings)


def _check_timer(definition: Element, findings: Findings) -> None:
    found = [(kind, element) for kind in _KINDS if (element := child(definition, kind)) is not None]
    if not found or text_of(found[0][1]) is None:
        message = "Timer needs configuration (either timeDate, timeCycle or timeDuration is needed)."
        findings.problem(message, definition, "timerEventDefinition")
        return
    if len(found) > 1:
        findings.problem("A timer has one of timeDate, timeCycle and timeDuration", definition, "timerEventDefinition")
    kind, element = found[0]
    text = text_of(element)
    if not is_expression(text):
        try:
            first_due(kind, text, 0)
        except EngineFailed as error:
            findings.problem(error.message, element, kind)
    if kind == "timeCycle":
        _warn_of_cycle(definition, findings)


def _warn_of_cycle(definition: Element, findings: Findings) -> None:
    event = definition.getparent()
    if event is None or local_name(event) not in ("boundaryEvent", "intermediateCatchEvent"):
        return
    if local_name(event) == "intermediateCatchEvent" or plain_flag(event, "cancelActivity", True):
        findings.warning(
            "It is not recommended to use a time cycle on a timer event that fires once: it does not repeat",
            definition,
            "timeCycle",
        )


def _check_retries(text: str | None, element: Element, findings: Findings) -> None:
    if text is None or is_expression(text):
        return
    try:
        retry_delays(text)
    except EngineFailed as error:
        findings.problem(error.message, element, "failedJobRetryTimeCycle")

"""Scripts and conditions: in a language that runs here, there to be read, and without Java."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.bpmn.expressions import is_expression
from app.bpmn.parsing.scripts import Language, language_of, resource_content, script_text
from app.bpmn.parsing.xml import Element, attribute, child, child_text, is_bpmn, local_name
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model

_CONDITIONS = frozenset(("conditionExpression", "condition", "completionCondition"))
_JUEL_ONLY = frozenset(("condition", "completionCondition"))
_INSTEAD = 'write it in JavaScript, or make it an external task (camunda:type="external" with camunda:topic)'
_JAVA = re.compile(
    r"(?<![\w.'\"$])(?:(?:java|javax|Packages|com|de|io|org)(?:\.\w+){2,}|importClass|importPackage)(?=\s*[.(;])"
    r"|\bJava\.type\(\s*['\"]([\w.]+)['\"]"
)
OFFERED = frozenset(
    (
        "org.camunda.bpm.engine.delegate.BpmnError",
        "java.util.ArrayList",
        "java.util.Date",
        "java.util.HashMap",
        "java.util.LinkedHashMap",
        "java.util.UUID",
        "java.lang.System",
    )
)
"""The classes of Java that scripts find something of the same name for."""


class ScriptText(NamedTuple):
    """A text of the model that names its language: where it stands, and which file it names instead."""

    element: Element
    language: str | None
    text: str | None
    resource: str | None


def scripts_of(model: Model) -> Iterator[ScriptText]:
    """Yield every script and condition of the executable processes."""
    for element in model.elements():
        name = local_name(element)
        if is_bpmn(element) and name == "scriptTask":
            resource, text = attribute(element, "resource"), child_text(element, "script")
            yield ScriptText(element, element.get("scriptFormat"), text, resource)
        elif is_bpmn(element) and name in _CONDITIONS:
            yield ScriptText(element, element.get("language"), element.text, attribute(element, "resource"))
        elif not is_bpmn(element) and name == "script":
            yield ScriptText(element, element.get("scriptFormat"), element.text, element.get("resource"))


def check_scripts(model: Model, findings: Findings) -> None:
    """Check them all; say which language those without a name are read in."""
    if model.reads_token:
        message = "The model is read as one of 5Minds: its conditions and scripts are JavaScript over `token`"
        findings.warning(message, model.root, "5Minds")
    for script in scripts_of(model):
        language = language_of(script.language, script.text or "")
        juel_only = local_name(script.element) in _JUEL_ONLY
        if language is Language.OTHER or (juel_only and language is not Language.JUEL):
            _refuse_language(script, findings)
        elif script.resource is not None and resource_content(script.resource, model.surroundings) is None:
            message = f"There is no file '{script.resource}' in the deployment; Camunda would look for it there, too"
            findings.problem(message, script.element, "script resource")
        elif language is Language.JAVASCRIPT:
            _check_javascript(script, model, findings)
        elif not script.language and script.text and not is_expression(script.text):
            _check_without_language(script, model, findings)
    for scope in model.scopes:
        for task in scope.of("scriptTask"):
            if not model.reads_token and child(task, "script") is None and attribute(task, "resource") is None:
                findings.problem("Unable to process ScriptTask: it has no script", task, "scriptTask")


def _refuse_language(script: ScriptText, findings: Findings) -> None:
    name = local_name(script.element)
    what = "Condition" if name in _CONDITIONS else "Script"
    known = "only JUEL: write ${…}" if name in _JUEL_ONLY else f"only JavaScript and JUEL: {_INSTEAD}"
    message = f"{what} language '{script.language}' is not supported, {known}"
    findings.problem(message, script.element, f"script in {(script.language or '').lower()}")


def _check_without_language(script: ScriptText, model: Model, findings: Findings) -> None:
    """A text without a language is 5Minds' function body in their models, and nothing but a text in Camunda's."""
    name, text = local_name(script.element), script.text or ""
    if model.reads_token and name in ("scriptTask", "conditionExpression"):
        body = text if name == "scriptTask" else f"return {text.strip()}"
        if (problem := model.surroundings.script_problem(body, ("token", "identity"))) is not None:
            findings.problem(f"The script cannot run: {problem}", script.element, "script")
    elif name == "scriptTask":
        message = "A script without scriptFormat and without ${…} is a mere text: it does nothing, as in Camunda"
        findings.warning(message, script.element, "scriptTask")


def _check_javascript(script: ScriptText, model: Model, findings: Findings) -> None:
    if local_name(script.element) == "scriptTask" and script.resource is None:
        text = script.text
    else:
        text = script_text(script.element, script.resource, model.surroundings)
    if not text:
        return
    for name in java_names(text):
        message = f"There is no Java in scripts: {name}; {_INSTEAD}"
        findings.problem(message, script.element, "Java in a script")
        return
    if (problem := model.surroundings.script_problem(text, None)) is not None:
        findings.problem(f"The script cannot run: {problem}", script.element, "script")


def java_names(text: str) -> list[str]:
    """Return the names of Java's classes that a script uses and that are not offered here."""
    found = (match.group(1) or match.group(0) for match in _JAVA.finditer(text))
    return [name for name in found if not any(name == known or name.startswith(f"{known}.") for known in OFFERED)]

"""The forms of definitions: of a start, of an open task, and the references in them with their expressions' values."""

from __future__ import annotations

from dataclasses import dataclass

from app import clock
from app.bpmn.expressions import compile_expression, mapping_scope, to_text
from app.bpmn.forms import NO_FORM, Form, FormRefBinding
from app.bpmn.values import Variables, to_python
from app.engine.definitions import DefinitionCache
from app.errors import ExpressionFailed
from app.models import UserTask


@dataclass(frozen=True, slots=True)
class FormFile:
    """Which `.form` file is meant; `version` counts the deployments of its key."""

    key: str
    binding: FormRefBinding
    version: int | None


def start_form(definitions: DefinitionCache, definition_id: str) -> Form:
    """Return the form of a definition's start event, an empty one if it has none. Raises DefinitionNotFound."""
    process = definitions.get(definition_id)
    start = process.initial
    return (None if start is None else process.nodes[start].form) or NO_FORM


def task_form(definitions: DefinitionCache, task: UserTask) -> Form:
    """Return the form of a user task, an empty one if it has none."""
    return definitions.get(task.definition_id).nodes[task.activity_id].form or NO_FORM


def form_file(form: Form, seen: Variables) -> FormFile | None:
    """Return the file that a form refers to. Raises ExpressionFailed."""
    if form.ref is None:
        return None
    scope = mapping_scope({name: to_python(value) for name, value in seen.items()}, clock.now_ms())
    key = to_text(compile_expression(form.ref.key).evaluate(scope))
    if form.ref.binding != "version":
        return FormFile(key, form.ref.binding, None)
    version = to_text(compile_expression(form.ref.version or "").evaluate(scope)).strip()
    if not version.isdecimal() or len(version) > 9:
        raise ExpressionFailed(f"The version '{version}' of the form '{key}' is no number")
    return FormFile(key, form.ref.binding, int(version))

"""The fields of a form as HTML, as Camunda's task list takes it; every text of the model is escaped."""

from __future__ import annotations

from flask import Response
from markupsafe import Markup, escape

from app.bpmn.forms import Form, FormField
from app.bpmn.values import Variable, Variables

_VARIABLE_TYPES = {"long": "Long", "boolean": "Boolean"}


def rendered_form(form: Form, shown: Variables) -> Response:
    """Answer with the form, its fields filled with what they show."""
    groups = Markup("").join(_group(field, shown[field.id]) for field in form.fields)
    html = Markup('<form name="generatedForm" role="form">\n{}</form>\n').format(groups)
    response = Response(str(html), content_type="application/xhtml+xml")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


def _group(field: FormField, value: Variable) -> Markup:
    label = Markup("")
    if field.label:
        label = Markup('    <label for="{}">\n      {}\n    </label>\n').format(field.id, field.label)
    control = _select(field, value) if field.type == "enum" else _input(field, value)
    return Markup('  <div class="form-group">\n{}{}  </div>\n').format(label, control)


def _attributes(field: FormField) -> Markup:
    """Return what every control has: its name, the variable that it is, and its constraints."""
    kind = _VARIABLE_TYPES.get(field.type, "String")
    text = Markup('class="form-control" name="{0}" cam-variable-type="{1}" cam-variable-name="{0}"').format(
        field.id, kind
    )
    for constraint in field.constraints:
        if constraint.name in ("required", "readonly"):
            text += Markup(" required" if constraint.name == "required" else " disabled") + Markup('=""')
        elif constraint.name in ("min", "max", "minlength", "maxlength"):
            text += Markup(' {}="{}"').format(constraint.name, constraint.config)
    return text


def _input(field: FormField, value: Variable) -> Markup:
    kind = "checkbox" if field.type == "boolean" else "text"
    more = Markup("")
    if field.type == "date":
        more = Markup(' uib-datepicker-popup="{}"').format(field.date_pattern)
    if value.value not in (None, "", False):
        more += Markup(' value="{}"').format("true" if value.value is True else value.value)
    return Markup('    <input {} type="{}"{} />\n').format(_attributes(field), kind, more)


def _select(field: FormField, value: Variable) -> Markup:
    options = Markup("").join(
        Markup('      <option value="{}"{}>\n        {}\n      </option>\n').format(
            id, Markup(' selected="selected"') if id == value.value else "", escape(name or id)
        )
        for id, name in field.values
    )
    return Markup("    <select {}>\n{}    </select>\n").format(_attributes(field), options)

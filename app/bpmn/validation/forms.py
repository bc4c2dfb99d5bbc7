"""Forms: how a `.form` file is named, and fields that are not checked here."""

from __future__ import annotations

from app.bpmn.form_dates import check_pattern
from app.bpmn.forms import CONSTRAINTS, DEFAULT_DATE_PATTERN, FIELD_TYPES, FORM_REF_BINDINGS
from app.bpmn.parsing.forms import constraint_elements, field_elements
from app.bpmn.parsing.xml import Element, attribute, is_bpmn, local_name
from app.bpmn.validation.findings import Findings
from app.bpmn.validation.model import Model


def check_forms(model: Model, findings: Findings) -> None:
    """Refuse references to forms that say too little or too much; tell of types and constraints that mean nothing."""
    for element in model.elements():
        if is_bpmn(element) and local_name(element) in ("startEvent", "userTask"):
            _check_reference(element, findings)
            for field in field_elements(element):
                _check_field(field, findings)


def _check_reference(element: Element, findings: Findings) -> None:
    ref, binding = attribute(element, "formRef"), attribute(element, "formRefBinding")
    if ref is None:
        return
    if attribute(element, "formKey") is not None:
        message = "Invalid element definition: only one of the attributes formKey and formRef is allowed."
        findings.problem(message, element, "camunda:formRef")
    if binding not in FORM_REF_BINDINGS:
        allowed = ", ".join(FORM_REF_BINDINGS)
        message = (
            "Invalid element definition: value for formRefBinding attribute has to be one of "
            f"[{allowed}] but was {'null' if binding is None else binding}"
        )
        findings.problem(message, element, "camunda:formRefBinding")
    elif binding == "version" and not attribute(element, "formRefVersion"):
        message = "camunda:formRefVersion is missing: the binding 'version' needs one"
        findings.problem(message, element, "camunda:formRefVersion")


def _check_field(field: Element, findings: Findings) -> None:
    kind = field.get("type")
    if kind not in FIELD_TYPES:
        message = f"The type '{kind}' of the form field '{field.get('id')}' is not known: the value is kept as sent"
        findings.warning(message, field, "camunda:formField")
    if kind == "date":
        try:
            check_pattern(field.get("datePattern") or DEFAULT_DATE_PATTERN)
        except ValueError as error:
            findings.warning(f"{error}: y M d H h m s and a are", field, "camunda:formField")
    for constraint in constraint_elements(field):
        if (name := constraint.get("name")) not in CONSTRAINTS:
            message = f"The constraint '{name}' of a form field is not checked here"
            findings.warning(message, constraint, "camunda:constraint")

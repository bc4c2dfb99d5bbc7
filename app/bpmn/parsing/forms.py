"""The forms of a model: `camunda:formData`, form keys and references to `.form` files."""

from __future__ import annotations

from collections.abc import Iterator

from app.bpmn.forms import DEFAULT_DATE_PATTERN, Constraint, Form, FormField, form_ref
from app.bpmn.limits import Limits
from app.bpmn.parsing.xml import Element, attribute, extensions, is_bpmn, local_name, read_xml


def read_form(element: Element) -> Form | None:
    """Read the form of a start event or user task; None where it has none."""
    ref = attribute(element, "formRef")
    form = Form(
        fields=tuple(_field(each) for each in field_elements(element)),
        key=attribute(element, "formKey"),
        ref=form_ref(ref, attribute(element, "formRefBinding"), attribute(element, "formRefVersion")) if ref else None,
        business_key=next((data.get("businessKey") for data in extensions(element, "formData")), None),
    )
    return form if form != Form() else None


def field_elements(element: Element) -> Iterator[Element]:
    """Yield the `camunda:formField`s of an element."""
    for data in extensions(element, "formData"):
        yield from _named(data, "formField")


def constraint_elements(field: Element) -> Iterator[Element]:
    """Yield the `camunda:constraint`s of a field."""
    for validation in _named(field, "validation"):
        yield from _named(validation, "constraint")


def _named(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if isinstance(child.tag, str) and local_name(child) == name)


def _field(element: Element) -> FormField:
    return FormField(
        id=element.get("id") or "",
        type=element.get("type") or "string",
        label=element.get("label"),
        default=element.get("defaultValue"),
        values=tuple((str(value.get("id")), value.get("name")) for value in _named(element, "value")),
        constraints=tuple(
            Constraint(each.get("name") or "", each.get("config")) for each in constraint_elements(element)
        ),
        date_pattern=element.get("datePattern") or DEFAULT_DATE_PATTERN,
    )


def form_fields(xml: bytes) -> dict[str, tuple[FormField, ...]]:
    """Return the form fields of all elements that have some, by the element's id. Raises ModelRefused."""
    root = read_xml(xml, "model", Limits())
    found: dict[str, tuple[FormField, ...]] = {}
    for element in root.iter():
        if isinstance(element.tag, str) and is_bpmn(element) and element.get("id"):
            fields = tuple(_field(each) for each in field_elements(element))
            if fields:
                found[str(element.get("id"))] = fields
    return found


def definitions_id(xml: bytes) -> str:
    """Return the id of a file's definitions, `model` if it has none. Raises ModelRefused."""
    return read_xml(xml, "model", Limits()).get("id") or "model"

"""The form fields that a model gives its user tasks: read from the file when somebody asks, never run."""

from __future__ import annotations

from dataclasses import dataclass

from app.bpmn.limits import Limits
from app.bpmn.parsing.xml import Element, extensions, is_bpmn, read_xml


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of `camunda:formData`. `values` are the (id, name) of an enumeration."""

    id: str
    type: str
    label: str | None
    default: str | None
    values: tuple[tuple[str, str | None], ...] = ()


def form_fields(xml: bytes) -> dict[str, tuple[FormField, ...]]:
    """Return the form fields of all elements that have some, by the element's id. Raises ModelRefused."""
    root = read_xml(xml, "model", Limits())
    found: dict[str, tuple[FormField, ...]] = {}
    for element in root.iter():
        if isinstance(element.tag, str) and is_bpmn(element) and element.get("id"):
            fields = tuple(_field(each) for form in extensions(element, "formData") for each in _fields(form))
            if fields:
                found[str(element.get("id"))] = fields
    return found


def _fields(form: Element) -> list[Element]:
    return [child for child in form if isinstance(child.tag, str) and child.tag.endswith("}formField")]


def _field(element: Element) -> FormField:
    values = tuple(
        (str(value.get("id")), value.get("name"))
        for value in element
        if isinstance(value.tag, str) and value.tag.endswith("}value")
    )
    return FormField(
        id=element.get("id") or "",
        type=element.get("type") or "string",
        label=element.get("label"),
        default=element.get("defaultValue"),
        values=values,
    )


def definitions_id(xml: bytes) -> str:
    """Return the id of a file's definitions, `model` if it has none. Raises ModelRefused."""
    return read_xml(xml, "model", Limits()).get("id") or "model"

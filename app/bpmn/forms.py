"""The forms that a model gives its start events and user tasks: data, as they stand in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

FormRefBinding = Literal["deployment", "latest", "version"]
FORM_REF_BINDINGS: tuple[str, ...] = get_args(FormRefBinding)
FIELD_TYPES = ("string", "long", "boolean", "date", "enum")
CONSTRAINTS = ("required", "readonly", "min", "max", "minlength", "maxlength")
DEFAULT_DATE_PATTERN = "dd/MM/yyyy"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One rule of a field, `config` its measure (`min` 5)."""

    name: str
    config: str | None = None

    def __str__(self) -> str:
        return self.name if self.config is None else f"{self.name}({self.config})"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of `camunda:formData`. `values` are (id, name) of an enumeration; `default` may be an expression."""

    id: str
    type: str
    label: str | None
    default: str | None
    values: tuple[tuple[str, str | None], ...] = ()
    constraints: tuple[Constraint, ...] = ()
    date_pattern: str = DEFAULT_DATE_PATTERN

    def constraint(self, name: str) -> Constraint | None:
        """Return the constraint of that name, if the field has it."""
        return next((each for each in self.constraints if each.name == name), None)


@dataclass(frozen=True, slots=True)
class FormRef:
    """A `.form` file by the id in it; `key` and `version` may be expressions."""

    key: str
    binding: FormRefBinding
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What an element says of its form: fields of its own, a key that the task list understands, or a file."""

    fields: tuple[FormField, ...] = ()
    key: str | None = None
    ref: FormRef | None = None
    business_key: str | None = None


NO_FORM = Form()


def form_ref(key: str, binding: str | None, version: str | None) -> FormRef:
    """Return the reference to a file; the binding was checked when the model was deployed."""
    return FormRef(key, cast("FormRefBinding", binding), version)

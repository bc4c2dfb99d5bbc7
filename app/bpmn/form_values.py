"""What a form shows and what is submitted with it: defaults, conversion to the fields' types, constraints.

Source: Camunda 7's form engine, with its texts.
"""

from __future__ import annotations

from app.bpmn.expressions import compile_expression, mapping_scope, to_text
from app.bpmn.form_dates import date_from_text, date_to_text
from app.bpmn.forms import Constraint, Form, FormField
from app.bpmn.values import Variable, Variables, from_python, to_python
from app.errors import EngineFailed, FormNumberInvalid

_NAMES = {"long": "Long", "boolean": "Boolean", "enum": "String"}


def shown(form: Form, seen: Variables, now_ms: int) -> Variables:
    """Return the fields as a form shows them: what the scope sees, else the default; dates as text.

    Raises EngineFailed.
    """
    return {field.id: _shown(field, seen, now_ms) for field in form.fields}


def submitted(form: Form, given: Variables, seen: Variables, now_ms: int) -> Variables:
    """Return what submitting stores: the fields with the types that they have, defaults, and all that is no field.

    Raises EngineFailed: a value breaks a constraint, or is not what its field's type says.
    """
    stored: Variables = {}
    for field in form.fields:
        value = given.get(field.id)
        for constraint in field.constraints:
            _check(field, constraint, None if value is None else value.value, seen)
        if value is not None:
            stored[field.id] = _converted(field, value)
        elif field.default is not None:
            stored[field.id] = _converted(field, _default(field, {**seen, **stored}, now_ms))
    return {**stored, **{name: value for name, value in given.items() if name not in stored}}


def _shown(field: FormField, seen: Variables, now_ms: int) -> Variable:
    value = seen.get(field.id)
    if value is None:
        default = Variable("Null") if field.default is None else _default(field, seen, now_ms)
        value = _converted(field, default)
    if field.type == "date":
        known = isinstance(value.value, int)
        return Variable("String", date_to_text(value.value, field.date_pattern) if known else value.value or "")
    return value


def _default(field: FormField, seen: Variables, now_ms: int) -> Variable:
    scope = mapping_scope({name: to_python(value) for name, value in seen.items()}, now_ms)
    return from_python(compile_expression(field.default or "").evaluate(scope))


def _check(field: FormField, constraint: Constraint, value: object, seen: Variables) -> None:
    if not _fits(field, constraint, value, seen):
        raise EngineFailed(f"Invalid value submitted for form field '{field.id}': validation of {constraint} failed.")


def _fits(field: FormField, constraint: Constraint, value: object, seen: Variables) -> bool:
    if constraint.name == "readonly":
        return value is None
    if constraint.name == "required":
        there = seen.get(field.id)
        known = there is not None and there.value is not None
        return value != "" and (value is not None or known or field.default is not None)
    if value is None:
        return True
    if constraint.name in ("min", "max"):
        return _fits_number(constraint, value)
    return constraint.name not in ("minlength", "maxlength") or _fits_length(constraint, value)


def _fits_number(constraint: Constraint, value: object) -> bool:
    """Compare with a limit; `max` itself is too large in Camunda."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    limit = _number(constraint)
    return value >= limit if constraint.name == "min" else value < limit


def _fits_length(constraint: Constraint, value: object) -> bool:
    name = "MinLengthValidator" if constraint.name == "minlength" else "MaxLengthValidator"
    if not isinstance(value, str):
        raise EngineFailed(f"String validator {name} cannot be used on non-string value {to_text(value)}")
    limit = _number(constraint)
    return len(value) >= limit if constraint.name == "minlength" else len(value) <= limit


def _number(constraint: Constraint) -> float:
    try:
        return float(constraint.config or "")
    except ValueError:
        text = f"Cannot validate: configuration {constraint.config} of {constraint.name} cannot be parsed as a number."
        raise EngineFailed(text) from None


def _converted(field: FormField, value: Variable) -> Variable:
    plain = value.value
    if field.type == "date":
        return Variable("Date", _date(field, value))
    if field.type == "string":
        return Variable("String", None if plain is None else to_text(plain))
    if field.type not in _NAMES:
        return value
    name = _NAMES[field.type]
    if plain is not None:
        plain = {"Long": _long, "Boolean": _boolean, "String": _text}[name](plain)
        if field.type == "enum" and plain not in dict(field.values):
            raise EngineFailed(f"Invalid value for enum form property: {plain}")
    return Variable(name, plain)


def _date(field: FormField, value: Variable) -> int | None:
    plain = value.value
    if plain is None or plain == "":
        return None
    if value.type == "Date" and isinstance(plain, int):
        return plain
    if not isinstance(plain, str):
        raise EngineFailed(f"Value '{to_text(plain)}' cannot be transformed into a Date.")
    try:
        return date_from_text(plain, field.date_pattern)
    except ValueError:
        text = f"Could not parse value '{plain}' as date using date format '{field.date_pattern}'."
        raise EngineFailed(text) from None


def _long(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise EngineFailed(f"Value '{to_text(value)}' is not of type Long.")
    try:
        return value if isinstance(value, int) else _parsed(to_text(value))
    except ValueError:
        raise FormNumberInvalid(f'For input string: "{to_text(value)}"') from None


def _parsed(text: str) -> int:
    """Return a number that fits Java's Long; blanks and underscores are no part of one. Raises ValueError."""
    if len(text) > 20 or text.strip() != text or "_" in text or abs(number := int(text)) >= 2**63:
        raise ValueError(text)
    return number


def _boolean(value: object) -> bool:
    if isinstance(value, bool | str):
        return value if isinstance(value, bool) else value.lower() == "true"
    raise EngineFailed(f"Value '{to_text(value)}' is not of type Boolean.")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise EngineFailed(f"Value '{to_text(value)}' is not of type String.")

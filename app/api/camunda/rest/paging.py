"""What every list route shares: paging by query parameter, sorting by query parameter or body, counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from marshmallow import Schema, fields

from app.api.camunda.rest.coercion import JacksonChoice, JacksonMap, JacksonObjects, JacksonSchema, JacksonString
from app.api.camunda.rest.errors import CamundaRefusal, engine_exception, invalid_request, not_valid, null_value
from app.api.components import components
from app.queries.variable_orders import COLUMNS

Ordering = tuple[Any, str]
"""(the wire name of the property, or what `by_variable` made of it; "asc" or "desc")"""
ByVariable = Mapping[str, Callable[[str, str], Any]]
"""Sortings by the value of a variable: what to sort by, from its name and its type."""

UNSORTED = ("Bytes", "File", "Json", "Null", "Object", "Xml")
"""Types whose values have no order."""
SINGLE = "Only a single sorting parameter specified. sortBy and sortOrder required"
NO_PROPERTY = (
    "You should call any of the orderBy methods first before specifying a direction: currentOrderingProperty is null"
)
NO_DIRECTION = "Invalid query: call asc() or desc() after using orderByXX(): direction is null"
UNBOUND = "An unbound number of results is forbidden!"
TOO_MANY = "Max results limit of {} exceeded!"
TWO_DIRECTIONS = (
    "Invalid query: can specify only one direction desc() or asc() for an ordering constraint: direction is not null"
)


class CountSchema(Schema):
    """How many."""

    count = fields.Integer(metadata={"example": 1})


class SortingSchema(JacksonSchema):
    """One level of sorting. `parameters` are those of a sorting by the value of a variable."""

    sort_by = JacksonString("sortBy", metadata={"example": "createTime"})
    sort_order = JacksonString("sortOrder", metadata={"enum": ["asc", "desc"]})
    parameters = JacksonMap("parameters", metadata={"example": {"variable": "amount", "type": "Integer"}})


def sorting_fields(choices: tuple[str, ...]) -> type[JacksonSchema]:
    """Make the base of a filter schema whose lists may be sorted by `choices`."""
    sort_by = JacksonChoice("sortBy", choices, metadata={"description": "Needs sortOrder beside it"})
    sort_order = JacksonChoice("sortOrder", ("asc", "desc"))
    sorting = JacksonObjects("sorting", SortingSchema(), metadata={"description": "Several levels (POST only)"})
    namespace = {"sort_by": sort_by, "sort_order": sort_order, "sorting": sorting, "sort_choices": choices}
    return type("SortedSchema", (JacksonSchema,), namespace)


def take_sorting(
    filters: dict[str, Any], choices: tuple[str, ...], by_variable: ByVariable | None = None
) -> list[Ordering]:
    """Remove the sorting from the loaded filters and return its levels. Raises CamundaRefusal."""
    sort_by, sort_order = filters.pop("sort_by"), filters.pop("sort_order")
    if (sort_by is None) != (sort_order is None):
        raise invalid_request(SINGLE)
    levels: list[Ordering] = [] if sort_by is None else [(sort_by, sort_order)]
    for item in filters.pop("sorting") or []:
        _add_level(levels, item or {}, choices, by_variable or {})
    if levels and not levels[-1][1]:
        raise not_valid(NO_DIRECTION)
    return levels


def _add_level(
    levels: list[Ordering], item: Mapping[str, Any], choices: tuple[str, ...], by_variable: ByVariable
) -> None:
    name = item.get("sort_by")
    if name in choices:
        _add_property(levels, name)
    elif name is not None and name in by_variable:
        _add_property(levels, _variable_order(by_variable[name], item["parameters"] or {}))
    _add_direction(levels, item.get("sort_order"))


def _add_property(levels: list[Ordering], by: Any) -> None:
    """Follow Camunda's query builder, whose calls come in this order and complain only when a direction is missing
    or double."""
    if levels and not levels[-1][1]:
        raise not_valid(NO_DIRECTION)
    levels.append((by, ""))


def _add_direction(levels: list[Ordering], direction: str | None) -> None:
    if direction in ("asc", "desc"):
        if not levels:
            raise not_valid(NO_PROPERTY)
        if levels[-1][1]:
            raise not_valid(TWO_DIRECTIONS)
        levels[-1] = (levels[-1][0], direction)


def _variable_order(order: Callable[[str, str], Any], parameters: Mapping[str, Any]) -> Any:
    """Return what to sort by. Raises CamundaRefusal for a type that is not there, or has no order."""
    name, type = parameters.get("variable"), parameters.get("type")
    if not isinstance(name, str):
        raise null_value("variableName is null")
    known = f"{type[:1].upper()}{type[1:]}" if isinstance(type, str) else ""
    if known not in (*COLUMNS, *UNSORTED):
        raise null_value("valueType is null")
    if known in UNSORTED:
        raise engine_exception(f"Cannot order by variables of type {known.lower()}")
    return order(name, known)


def paging() -> tuple[int, int | None]:
    """Return `firstResult` (default 0) and `maxResults` (None: all) of the query string, for GET and POST lists alike.

    Raises CamundaRefusal, also for more than the server's setting allows.
    """
    limit, most = _whole("maxResults"), components.settings.max_results
    if most and (limit is None or limit > most):
        raise CamundaRefusal(400, "BadUserRequestException", UNBOUND if limit is None else TOO_MANY.format(most), 0)
    return _whole("firstResult") or 0, limit


def _whole(name: str) -> int | None:
    text = request.args.get(name)
    if not text:
        return None
    if len(text) > 10 or not text.lstrip("+-").isdecimal() or not text.isascii():
        raise CamundaRefusal(404, "QueryParamException", "HTTP 404 Not Found")
    return min(max(int(text), 0), 2**31 - 1)


def page(items: list[Any]) -> list[Any]:
    """Cut the asked page out of a list that is whole."""
    first, most = paging()
    return items[first:] if most is None else items[first : first + most]

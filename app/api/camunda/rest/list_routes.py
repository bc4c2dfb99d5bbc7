"""List and count of a resource, by GET and POST: the same four routes for all, made of the words that each declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from marshmallow import Schema

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.camunda.rest.coercion import (
    JacksonBoolean,
    JacksonDate,
    JacksonField,
    JacksonInteger,
    JacksonLong,
    JacksonObjects,
    JacksonSchema,
    JacksonString,
    JacksonStrings,
    load_query,
)
from app.api.camunda.rest.operation_body import SelectionSchema
from app.api.camunda.rest.paging import ByVariable, CountSchema, paging, sorting_fields, take_sorting
from app.api.camunda.rest.refused_filters import RefusedFilter
from app.api.camunda.rest.resource_json import Shape
from app.api.camunda.rest.streaming import streamed
from app.api.camunda.rest.variable_filters import InstantConditions, VariableConditions, VariableValue
from app.api.components import components
from app.api.dialect import reply
from app.database.chunks import chunks
from app.queries.conditions import Kind
from app.queries.listing import Listing
from app.queries.selection import Search

LONGS = ("priorityHigherThanOrEquals", "priorityLowerThanOrEquals")
FIELDS: Mapping[Kind, Callable[[str], JacksonField]] = {
    "text": JacksonString,
    "texts": JacksonStrings,
    "instant": JacksonDate,
    "flag": JacksonBoolean,
    "number": lambda wire_name: (JacksonLong if wire_name in LONGS else JacksonInteger)(wire_name),
    "variables": VariableConditions,
    "comparisons": InstantConditions,
    "value": VariableValue,
}
TENANTS = {"tenantIdIn": "tenant_ids", "withoutTenantId": "without_tenant"}
"""Filters that every resource with a tenant has."""
COUNT = CountSchema()
PIECE = 1000
"""Rows of a long list that are in memory at once."""
Views = tuple[tuple[Callable[..., Response], Schema, str], ...]
LIST_ERRORS = (400, 401, 403, 406)
IGNORING_CASE = {"variableNamesIgnoreCase": "names_ignore_case", "variableValuesIgnoreCase": "values_ignore_case"}


class ListQuery:
    """What a resource's list takes: wire names of the listing's filters and orders. `schema` reads them from a body.

    `refused` are names that are known and refused, with the reason; `by_variable` sorts by values of variables.
    `selection` reads the same from the body of an operation, which would hit everything if it dropped a name: one that
    is not known is refused there.
    """

    def __init__(
        self,
        name: str,
        listing: Listing[Any],
        filters: Mapping[str, str],
        orders: Mapping[str, str],
        *,
        alternatives: bool = False,
        refused: Mapping[str, str] | None = None,
        by_variable: ByVariable | None = None,
    ) -> None:
        self.listing = listing
        self.orders = orders
        self.by_variable = by_variable
        known: dict[str, Any] = {
            inner: FIELDS[listing.filters[inner].kind](wire_name) for wire_name, inner in filters.items()
        }
        known |= {f"refused_{word}": RefusedFilter(word, reason) for word, reason in (refused or {}).items()}
        sorted_schema = sorting_fields(tuple(orders))
        self.schema = _schema(f"{name}Query", sorted_schema, known, alternatives)
        selecting = type("SortedSelection", (SelectionSchema, sorted_schema), {})
        self.selection = _schema(f"{name}Selection", selecting, known, alternatives)
        self.parameters = _parameters(name, self.schema)

    def from_request(self) -> dict[str, Any]:
        """Read the filters from the query parameters. Raises CamundaRefusal."""
        return load_query(self.schema)

    def find(self, asked: dict[str, Any]) -> list[Any]:
        """Return the rows that are asked for, of the page that the query parameters name. Raises CamundaRefusal."""
        sorting = self._checked(asked)
        first, limit = paging()
        return self.listing.find(components.database, asked, sorting=sorting, first=first, limit=limit)

    def answer(self, asked: dict[str, Any], shape: Callable[[Any], dict[str, Any]]) -> Response:
        """Answer with the rows of the page; a long list is read and sent in pieces. Raises CamundaRefusal."""
        sorting = self._checked(asked)
        first, limit = paging()
        beginning = PIECE + 1 if limit is None else min(limit, PIECE + 1)
        rows = self.listing.find(components.database, asked, sorting=sorting, first=first, limit=beginning)
        if len(rows) <= PIECE:
            return reply([shape(row) for row in rows])
        ids = self.listing.ids(components.database, asked, sorting=sorting, first=first, limit=limit)
        pieces = (self.listing.rows_of(components.database, some) for some in chunks(ids, PIECE))
        return streamed(shape(row) for rows in pieces for row in rows)

    def check(self, asked: dict[str, Any]) -> None:
        """Raise CamundaRefusal where filters do not go together; lists that have such filters say which."""

    def _checked(self, asked: dict[str, Any]) -> list[tuple[Any, str]]:
        self.check(asked)
        levels = take_sorting(asked, tuple(self.orders), self.by_variable)
        return [(self.orders[by] if isinstance(by, str) else by, direction) for by, direction in levels]

    def count(self, asked: dict[str, Any]) -> int:
        """Return how many rows are asked for. Raises CamundaRefusal."""
        self._checked(asked)
        return self.listing.count(components.database, asked)

    def searches(self, asked: dict[str, Any] | None) -> list[Search]:
        """Return the search for all rows that are asked for, none if nothing is. Raises CamundaRefusal."""
        if asked is None:
            return []
        self._checked(asked)
        return [Search(self.listing, asked)]


def _schema(name: str, base: type[JacksonSchema], known: dict[str, Any], alternatives: bool) -> Schema:
    if alternatives:
        plain = SelectionSchema if issubclass(base, SelectionSchema) else JacksonSchema
        known = {**known, "or_queries": JacksonObjects("orQueries", plain.from_dict(known, name=f"{name}Or")())}
    return base.from_dict(known, name=name)()


def _parameters(name: str, schema: Schema) -> Schema:
    """Return what GET takes, for the documentation: no alternatives and no second level of sorting, but a page."""
    known = {n: field for n, field in schema.declared_fields.items() if n not in ("or_queries", "sorting")}
    page = {"first": JacksonInteger("firstResult"), "limit": JacksonInteger("maxResults")}
    return JacksonSchema.from_dict({**known, **page}, name=f"{name}Parameters")()


def add_lists(
    blueprint: CamundaBlueprint, query: ListQuery, shape: Shape, *, claim: str, path: str = "", post: bool = True
) -> None:
    """Add `GET /` and `GET /count`, and with `post` their twins that take the filters as a body."""

    def get_list() -> Response:
        """List what meets the filters."""
        return query.answer(query.from_request(), shape)

    def get_count() -> Response:
        """Count what meets the filters."""
        return reply({"count": query.count(query.from_request())})

    def post_list(asked: dict[str, Any]) -> Response:
        """List what meets the filters of the body."""
        return query.answer(asked, shape)

    def post_count(asked: dict[str, Any]) -> Response:
        """Count what meets the filters of the body."""
        return reply({"count": query.count(asked)})

    many = type(shape.schema)(many=True)
    gets: Views = ((get_list, many, ""), (get_count, COUNT, "/count"))
    posts: Views = ((post_list, many, ""), (post_count, COUNT, "/count"))
    for view, answer, suffix in gets:
        documented = blueprint.answers(200, answer, errors=LIST_ERRORS)(view)
        documented = blueprint.arguments(query.parameters, location="query")(documented)
        blueprint.route(path + suffix, methods=["GET"], claim=claim)(documented)
    for view, answer, suffix in posts if post else ():
        documented = blueprint.arguments(query.schema)(blueprint.answers(200, answer, errors=LIST_ERRORS)(view))
        blueprint.route(path + suffix, methods=["POST"], claim=claim)(documented)

"""Query strings of ProcessCube's lists: values with commas, `{operator, searchParams}`, paging, sorting, instants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from flask import Response, request

from app.api.components import components
from app.api.dialect import parse_json, reply
from app.errors import InvalidInput
from app.queries.listing import Listing, Sorting

MAX_PAGE = 1000
Names = Mapping[str, str]
"""Name on the wire → name of the listing's filter or order."""


def wanted(names: Names) -> dict[str, list[str]]:
    """Return the criteria of the query string; what is not among the names is ignored."""
    return {ours: _values(name, request.args[name]) for name, ours in names.items() if request.args.get(name)}


def instants(names: Names) -> dict[str, int]:
    """Return the criteria that are instants, in milliseconds. Raises InvalidInput."""
    return {ours: _instant(name, request.args[name]) for name, ours in names.items() if request.args.get(name)}


def flag(name: str) -> bool:
    """Tell whether the query string says true."""
    return request.args.get(name, "").lower() == "true"


def sorting(names: Names, default: Sorting = ()) -> Sorting:
    """Return how to sort: `sortSettings` is JSON `{"sortBy", "sortDir"}`. Raises InvalidInput."""
    text = request.args.get("sortSettings")
    if not text:
        return default
    settings = parse_json(text.encode())
    if not isinstance(settings, dict) or settings.get("sortBy") not in names:
        raise InvalidInput(
            f"sortSettings: sortBy must be one of {', '.join(sorted(names))}", field="sort", rule="choice"
        )
    way: Literal["asc", "desc"] = "desc" if str(settings.get("sortDir", "ASC")).upper() == "DESC" else "asc"
    return [(names[settings["sortBy"]], way)]


def listed(
    name: str,
    listing: Listing[Any],
    criteria: dict[str, Any],
    written: Callable[[Sequence[Any]], list[dict[str, Any]]],
    order: Sorting = (),
) -> Response:
    """Answer with one page (`offset`, `limit`: none, 0 or less is all, up to 1000) and the count of all."""
    first, most = (request.args.get(parameter, 0, type=int) for parameter in ("offset", "limit"))
    limit = min(most if most > 0 else MAX_PAGE, MAX_PAGE)
    rows = listing.find(components.database, criteria, sorting=order, first=min(max(first, 0), 2**31), limit=limit)
    return reply({name: written(rows), "totalCount": listing.count(components.database, criteria)})


def _values(name: str, text: str) -> list[str]:
    if not text.startswith("{"):
        return text.split(",")
    query = parse_json(text.encode())
    values = query.get("searchParams") if isinstance(query, dict) else None
    exact = [_exact(value) for value in values] if isinstance(values, list) else [None]
    texts = [value for value in exact if value is not None]
    if len(texts) != len(exact) or (len(texts) > 1 and query.get("operator") != "or"):
        raise InvalidInput(f"{name}: only exact values joined by 'or' can be searched", field=name, rule="choice")
    return texts


def _exact(parameter: Any) -> str | None:
    """Return the text that must match exactly; None for a pattern, or a search inside a search."""
    if isinstance(parameter, str):
        return parameter
    if not isinstance(parameter, dict) or parameter.get("partialMatch") or parameter.get("caseSensitive") is False:
        return None
    text = parameter.get("searchString")
    return text if isinstance(text, str) else None


def _instant(name: str, text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{name} must be a date as ISO 8601", field=name, rule="type") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)

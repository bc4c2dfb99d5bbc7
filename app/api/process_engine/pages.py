"""Lists of the consumer and management API: `offset` and `limit`, the items under a name of their own, and a count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import Response, request

from app.api.components import components
from app.api.dialect import reply
from app.queries.listing import Listing, Sorting

T = TypeVar("T")
MAX_PAGE = 1000


def page() -> tuple[int, int]:
    """Return (first, most) of the request; missing, 0 or no number means from the beginning and all, up to 1000."""
    first, most = (request.args.get(name, 0, type=int) for name in ("offset", "limit"))
    return min(max(first, 0), 2**31), min(most if most > 0 else MAX_PAGE, MAX_PAGE)


def listed(
    name: str,
    listing: Listing[Any],
    criteria: dict[str, Any],
    written: Callable[[Sequence[Any]], list[dict[str, Any]]],
    sorting: Sorting = (),
) -> Response:
    """Answer with one page of what meets the criteria, and how many there are in all."""
    first, most = page()
    rows = listing.find(components.database, criteria, sorting=sorting, first=first, limit=most)
    return reply({name: written(rows), "totalCount": listing.count(components.database, criteria)})

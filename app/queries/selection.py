"""What a verb acts on when it acts on many: rows by their ids, and all that listings find. It is read where it is used:
inside the transaction of the verb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.database.database import Database
from app.errors import InvalidInput
from app.queries.conditions import Criteria
from app.queries.listing import Listing


class NothingSelected(InvalidInput):
    """A verb that acts on many was given, and has found, nothing to act on. `kind` is what it looked for."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no {kind} to act on.", field=kind, rule="required")
        self.kind = kind


class Items(Protocol):
    """Anything that tells ids when it is asked within a transaction."""

    def ids(self, database: Database) -> list[str]:
        """Return the ids, each once."""


Chosen = Sequence[str] | Items
"""What a verb acts on: ids, or what tells them."""


def ids_of(chosen: Chosen, database: Database) -> list[str]:
    """Return the ids, each once. Raises what `chosen` raises."""
    return list(dict.fromkeys(chosen)) if isinstance(chosen, Sequence) else chosen.ids(database)


@dataclass(frozen=True, slots=True)
class Search:
    """The rows of a listing that meet the criteria, `limit` of them at most."""

    listing: Listing[Any]
    criteria: Criteria
    limit: int | None = None

    def ids(self, database: Database) -> list[str]:
        """Return the ids of the rows."""
        return self.listing.ids(database, self.criteria, limit=self.limit)


@dataclass(frozen=True, slots=True)
class Related:
    """The rows of a listing that belong to one of the owners, whose ids the filter `column` takes, and that meet the
    criteria."""

    listing: Listing[Any]
    column: str
    owners: Items
    criteria: Criteria = field(default_factory=dict)

    def ids(self, database: Database) -> list[str]:
        """Return the ids of the rows; none for no owner."""
        owners = self.owners.ids(database)
        return self.listing.ids(database, {**self.criteria, self.column: owners}) if owners else []


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows that are named, and rows that are found in any of several ways. `kind` is what they are; with `required`
    there must be one at least."""

    kind: str
    named: Sequence[str] = ()
    found: Sequence[Items] = ()
    required: bool = True

    def ids(self, database: Database) -> list[str]:
        """Return the ids of all, each once, those that are named first. Raises NothingSelected."""
        ids = [*self.named, *(id for items in self.found for id in items.ids(database))]
        if self.required and not ids:
            raise NothingSelected(self.kind)
        return list(dict.fromkeys(ids))

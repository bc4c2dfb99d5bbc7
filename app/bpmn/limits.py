"""How large a model may be: what a deployment can ask of the server is bounded before it is looked at."""

from __future__ import annotations

from dataclasses import dataclass

NAME_LENGTH = 600
"""Characters of a name that a database index holds: of four bytes each they fit into Postgres' 2704."""
KEY_LENGTH = 255
"""Characters of a process's id and of a tenant's, which stand in one index together; Camunda keeps as many."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bound one file: bytes of XML, nesting of elements, elements in all, attributes of one element, characters of one
    expression or text.

    `require_history_ttl` refuses a process without `camunda:historyTimeToLive`, as Camunda does from 7.20 on unless it
    is configured otherwise.
    """

    bytes: int = 5_000_000
    depth: int = 100
    elements: int = 50_000
    attributes: int = 500
    text: int = 100_000
    require_history_ttl: bool = False

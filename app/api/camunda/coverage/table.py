"""The table of docs/camunda.md: every route of Camunda's REST API and what becomes of it here.

`make docs` writes it anew between its two marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

from app.api.camunda.coverage.catalogue import routes, same_place
from app.api.camunda.coverage.unsupported import reason_of
from app.api.camunda.rest.blueprint import PREFIX

MOST_SUBJECTS = 8
BEGIN, END = "<!-- routes -->", "<!-- end of routes -->"


@dataclass(frozen=True, slots=True)
class Coverage:
    """One route: whether it is there, the options that it takes, and if it is not there, why."""

    method: str
    path: str
    there: bool
    options: tuple[str, ...] = ()
    reason: str | None = None


def coverage(app: Flask) -> Iterator[Coverage]:
    """Yield every route of Camunda's API as `app` answers it."""
    document = app.test_client().get("/openapi.json").get_json()
    operations = {
        (method.upper(), same_place(path.removeprefix(PREFIX))): operation
        for path, item in document["paths"].items()
        if path.startswith(f"{PREFIX}/")
        for method, operation in item.items()
        if isinstance(operation, dict)
    }
    for method, path in routes():
        operation = operations.get((method, same_place(path)))
        if operation is None:
            yield Coverage(method, path, False, reason=reason_of(path))
        else:
            yield Coverage(method, path, True, tuple(_options(document, operation)))


def _options(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[str]:
    """Yield the query parameters and the members of the body."""
    yield from (each["name"] for each in operation.get("parameters", ()) if each.get("in") == "query")
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content.get("schema", {})
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        yield from schema.get("properties", {})


def table(app: Flask, sweep: Mapping[str, Any]) -> str:
    """Write the table as Markdown. `sweep` is what a sweep found, by operation (docs/camunda_sweep.json)."""
    lines = ["| route | here | beside Camunda 7.24 | options, or why not |", "|---|---|---|---|"]
    found = {tuple(name.split(" ", 1)): entry for name, entry in sweep.items()}
    places = {(method, same_place(path)): entry for (method, path), entry in found.items()}
    for row in sorted(coverage(app), key=lambda row: (row.path, row.method)):
        words = ", ".join(f"`{option}`" for option in row.options) if row.there else f"501: {row.reason}"
        compared = _compared(places.get((row.method, same_place(row.path)))) if row.there else ""
        lines.append(f"| `{row.method} {row.path}` | {'yes' if row.there else 'no'} | {compared} | {words} |")
    return "\n".join(lines)


def _compared(entry: Mapping[str, Any] | None) -> str:
    """Say how the answers to a route's cases compare with Camunda's."""
    if entry is None:
        return "not compared"
    parts = [f"{entry['equal']} of {entry['cases']} cases equal"]
    parts += [f"on purpose: {reason}" for reason in entry["reasons"]]
    if entry["differs"]:
        more = "…" if len(entry["differs"]) > MOST_SUBJECTS else ""
        parts.append("differs in " + ", ".join(f"`{each}`" for each in entry["differs"][:MOST_SUBJECTS]) + more)
    return "; ".join(parts)


def written_into(text: str, rows: str) -> str:
    """Return the document with the table between its marks."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{rows}\n\n{END}{rest.partition(END)[2]}"

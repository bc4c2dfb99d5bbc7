"""Where an element stands in the file: lxml knows its line, this finds the column."""

from __future__ import annotations

import re

from app.bpmn.parsing.xml import Element, line_of, local_name

MAX_LINE_LENGTH = 10_000


class Places:
    """The text of a file, cut into lines only when a place is asked for."""

    def __init__(self, xml: bytes = b"") -> None:
        self._xml = xml
        self._lines: list[str] | None = None

    def column_of(self, element: Element) -> int:
        """Return the column behind the start tag of an element, as Camunda's parser counts; 0 when it is not found.

        Very long lines are not searched: a file without line breaks must not cost a search of it for each problem.
        """
        line = self._line(element)
        if len(line) > MAX_LINE_LENGTH:
            return 0
        start_tag = re.compile(rf"<(?:[\w.-]+:)?{re.escape(local_name(element))}(?=[\s/>])[^<>]*>")
        found = list(start_tag.finditer(line))
        if identifier := element.get("id"):
            found = [match for match in found if f'"{identifier}"' in match.group()] or found
        if found:
            return found[0].end() + 1
        end = line.find(">")
        return 0 if end < 0 else end + 2

    def _line(self, element: Element) -> str:
        """Return the line in which the start tag of an element ends."""
        if self._lines is None:
            encoding = element.getroottree().docinfo.encoding or "utf-8"
            self._lines = self._xml.decode(encoding, "replace").split("\n")
        number = line_of(element)
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

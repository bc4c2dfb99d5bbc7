"""The printed table."""

from __future__ import annotations


class Table:
    """Lines of a report, printed as they come."""

    def head(self, title: str) -> None:
        """Print a heading."""
        print(f"\n{title}", flush=True)

    def line(self, what: str, value: str, remark: str = "") -> None:
        """Print one measured line."""
        print(f"| {what:<54} | {value:>16} | {remark}", flush=True)

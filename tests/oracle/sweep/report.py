"""The table of a sweep: what is equal, what differs and how, what is missing, what differs on purpose and why."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

DEVIATIONS = Path(__file__).with_name("deviations.json")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """One case whose answers were compared; `difference` is None where they are equal."""

    operation: str
    subject: str
    request: str
    difference: str | None
    reason: str | None = None
    missing: bool = False

    @property
    def verdict(self) -> str:
        """Return `equal`, `on purpose`, `missing` or `differs`."""
        if self.difference is None:
            return "equal"
        if self.reason:
            return "on purpose"
        return "missing" if self.missing else "differs"


@dataclass(frozen=True)
class Deviation:
    """A difference that is meant: patterns, all of which must be found, and the reason."""

    operation: str
    subject: str
    difference: str
    reason: str
    request: str = ""

    def explains(self, operation: str, subject: str, difference: str, request: str) -> bool:
        """Tell whether this is the reason of a difference."""
        return bool(
            re.search(self.operation, operation)
            and re.search(self.subject, subject)
            and re.search(self.difference, difference)
            and re.search(self.request, request)
        )


def deviations() -> list[Deviation]:
    """Read the differences that are meant."""
    return [Deviation(**each) for each in json.loads(DEVIATIONS.read_text())]


def reason_of(known: Iterable[Deviation], operation: str, subject: str, difference: str, request: str) -> str | None:
    """Return why a difference is meant, None if it is not."""
    return next((each.reason for each in known if each.explains(operation, subject, difference, request)), None)


def summary(findings: Iterable[Finding], operations: Iterable[str]) -> list[dict[str, Any]]:
    """Return one row an operation: its verdict, how many cases were equal, and what differs by subject."""
    by_operation: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_operation[finding.operation].append(finding)
    return [_row(name, by_operation.get(name, [])) for name in operations]


def _row(name: str, findings: list[Finding]) -> dict[str, Any]:
    verdicts = [each.verdict for each in findings]
    worst = next((each for each in ("differs", "missing", "on purpose", "equal") if each in verdicts), "not tried")
    return {
        "operation": name,
        "verdict": worst,
        "cases": len(findings),
        "equal": verdicts.count("equal"),
        "subjects": sorted({each.subject for each in findings if each.verdict == "differs"}),
        "reasons": sorted({each.reason for each in findings if each.reason and each.difference}),
    }


def write(folder: Path, findings: list[Finding], operations: Iterable[str]) -> None:
    """Write `sweep.json` (the table and every difference) and `sweep.md` (the same to read)."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = summary(findings, operations)
    differing = [asdict(each) | {"verdict": each.verdict} for each in findings if each.difference]
    document = {"operations": rows, "differences": differing}
    (folder / "sweep.json").write_text(json.dumps(document, indent=1, ensure_ascii=False))
    (folder / "sweep.md").write_text(_markdown(rows, findings))


def _markdown(rows: list[dict[str, Any]], findings: list[Finding]) -> str:
    lines = ["# The sweep", "", "| operation | verdict | cases | equal | differs in |", "|---|---|---|---|---|"]
    for row in rows:
        words = ", ".join(f"`{each or 'itself'}`" for each in row["subjects"])
        lines.append(f"| `{row['operation']}` | {row['verdict']} | {row['cases']} | {row['equal']} | {words} |")
    lines += ["", "## Differences", ""]
    for finding in findings:
        if finding.verdict in ("differs", "missing"):
            lines += [f"- `{finding.request}`", f"  {finding.difference}"]
    return "\n".join(lines) + "\n"

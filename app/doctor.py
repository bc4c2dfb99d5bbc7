"""The migration doctor: which models of a folder run here, which do not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from app.bpmn.graph import Process
from app.bpmn.limits import Limits
from app.bpmn.parser import parse
from app.dmn.parser import parse as parse_decisions
from app.errors import ModelRefused, Problem

DECISION_SUFFIXES = (".dmn", ".dmn11.xml")
SUFFIXES = (".bpmn", ".bpmn20.xml", ".bpmn.xml", *DECISION_SUFFIXES)
_DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Row:
    """One file: the keys of its executable processes and decisions, the decisions that it asks by name (with the
    element that does), why it is refused, and what has no effect in it."""

    name: str
    processes: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    asks: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether the file can be deployed."""
        return not self.problems

    @property
    def verdict(self) -> str:
        """`refused`, `runs`, `runs, with remarks`, or `nothing to run` for a file that holds neither an executable
        process nor a decision."""
        if not self.runs:
            return "refused"
        if not self.processes and not self.decisions:
            return "nothing to run"
        return "runs, with remarks" if self.warnings else "runs"

    @property
    def text(self) -> str:
        """The findings for a terminal, one a line, each with its line of the file."""
        lines = [f"{self.name}: {self.verdict}"]
        lines += [f"  error   {_said(problem)}" for problem in self.problems]
        lines += [f"  remark  {_said(warning)}" for warning in self.warnings]
        return "\n".join(lines)


def report(paths: Iterable[Path], limits: Limits = _DEFAULT_LIMITS) -> list[Row]:
    """Look at files, and at all models in folders (processes and decisions), in the order of their names.

    A decision that a process asks by name, and that none of the files holds, is a remark. Nothing is written or
    deployed. Raises OSError for a file that cannot be read.
    """
    rows = [_examine(file, name, limits) for path in paths for file, name in _models(path)]
    there = {key for row in rows for key in row.decisions}
    return [replace(row, warnings=(*row.warnings, *_missing(row, there))) for row in rows]


def _missing(row: Row, there: set[str]) -> list[Problem]:
    return [
        Problem(f"The decision '{key}' is in none of these files: deploy it, too", element_id, construct="decisionRef")
        for key, element_id in row.asks
        if key not in there
    ]


def _models(path: Path) -> list[tuple[Path, str]]:
    if not path.is_dir():
        return [(path, path.name)]
    files = sorted(file for file in path.rglob("*") if file.name.endswith(SUFFIXES) and file.is_file())
    return [(file, str(file.relative_to(path))) for file in files]


def _examine(file: Path, name: str, limits: Limits) -> Row:
    with file.open("rb") as stream:
        xml = stream.read(limits.bytes + 1)
    try:
        return _read(xml, name, limits)
    except ModelRefused as refusal:
        return Row(name, problems=tuple(refusal.problems), warnings=tuple(refusal.warnings))


def _read(xml: bytes, name: str, limits: Limits) -> Row:
    """Raise ModelRefused."""
    if name.endswith(DECISION_SUFFIXES):
        requirements = parse_decisions(xml, resource=name, limits=limits)
        keys = tuple(decision.key for decision in requirements.decisions)
        return Row(name, decisions=keys, warnings=requirements.warnings)
    model = parse(xml, resource=name, limits=limits)
    keys = tuple(process.key for process in model.processes)
    asks = tuple(pair for process in model.processes for pair in _asked(process))
    return Row(name, keys, asks=asks, warnings=model.warnings)


def _asked(process: Process) -> list[tuple[str, str]]:
    called = [(node.decision.decision, node.id) for node in process.nodes.values() if node.decision is not None]
    return [(decision.text, id) for decision, id in called if decision.is_literal]


def _said(problem: Problem) -> str:
    place = f"line {problem.line}, " if problem.line else ""
    return f"{place}{problem.element_id or 'file'}: {problem.message}"


def markdown(rows: Iterable[Row]) -> str:
    """Render a table of models and verdicts, after the sums: how many run, and which constructs stop the others."""
    rows = list(rows)
    stopped = Counter(construct for row in rows for construct in {p.construct or "file" for p in row.problems})
    lines = [
        f"{len(rows)} models: {sum(row.runs for row in rows)} run, {sum(not row.runs for row in rows)} are refused.",
        "",
    ]
    if stopped:
        lines += ["| refused because of | models |", "|---|---|"]
        lines += [f"| `{construct}` | {count} |" for construct, count in stopped.most_common()]
        lines.append("")
    lines += ["| model | verdict | reasons |", "|---|---|---|"]
    lines += [f"| `{row.name.replace('|', ' ')}` | {row.verdict} | {_reasons(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _reasons(row: Row) -> str:
    return "<br>".join(
        _cell(f"{found.element_id or 'file'}: {found.message}") for found in row.problems or row.warnings
    )


def _cell(text: str) -> str:
    """Keep a text on one line of a table; `$` is escaped too, which some renderers take for mathematics."""
    for character, escaped in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|"), ("$", "\\$"), ("*", "\\*"), ("_", "\\_")):
        text = text.replace(character, escaped)
    return " ".join(text.split())

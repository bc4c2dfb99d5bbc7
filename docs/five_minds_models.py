"""Write into docs/process-engine-io.md which of a folder's models of 5Minds run, and why the others do not.

    python docs/five_minds_models.py FOLDER

The files of the folder are called `owner+repository__path.bpmn`; those of other groups than `5minds` in its
`manifest.json` are left out.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from app.bpmn.parser import parse
from app.bpmn.surroundings import Surroundings
from app.errors import ModelRefused
from app.scripting import JavaScript

MANUAL = Path(__file__).parent / "process-engine-io.md"
BEGIN, END = "<!-- models: begin -->\n", "<!-- models: end -->\n"


def refusals(file: Path, scripts: JavaScript) -> list[str] | None:
    """Return why a file is refused, empty if it runs, None if it holds nothing to run."""
    try:
        model = parse(file.read_bytes(), surroundings=Surroundings(script_problem=scripts.problem))
    except ModelRefused as refused:
        return sorted({problem.message for problem in refused.problems})
    return [] if model.processes else None


def table(folder: Path) -> str:
    """Return the sums by repository, and every refusal."""
    scripts = JavaScript()
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: list[str] = []
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8")):
        file = folder / entry["file"]
        if entry["group"] != "5minds" or not file.exists():
            continue
        found = refusals(file, scripts)
        verdict = "nothing to run" if found is None else "refused" if found else "runs"
        rows[entry["repo"]][verdict] += 1
        reasons += [f"| `{entry['path'].rsplit('/', 1)[-1]}` | {_cell(reason)} |" for reason in (found or [])[:1]]
    lines = ["| repository | runs | nothing to run | refused |", "|---|---|---|---|"]
    for repository, verdicts in sorted(rows.items()):
        lines.append(f"| {repository} | {verdicts['runs']} | {verdicts['nothing to run']} | {verdicts['refused']} |")
    return "\n".join([*lines, "", "| refused | because |", "|---|---|", *sorted(reasons)]) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())[:200]


def main() -> None:
    """Write the table between its marks."""
    text = MANUAL.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    MANUAL.write_text(before + BEGIN + table(Path(sys.argv[1])) + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()

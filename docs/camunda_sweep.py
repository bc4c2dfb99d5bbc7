"""Take what a sweep found into docs/camunda_sweep.json: `python -m docs.camunda_sweep var/sweep/sweep.json`.

`make docs` shows it in the table of docs/camunda.md. The sweep itself is `tests/oracle/sweep`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.oracle.sweep.report import deviations, reason_of

FOUND = Path(__file__).with_name("camunda_sweep.json")


def main() -> None:
    """Write one entry an operation: how many cases, how many equal, what is meant to differ, what differs."""
    document = json.loads(Path(sys.argv[1]).read_text())
    known = deviations()
    entries = {
        row["operation"]: {"cases": row["cases"], "equal": row["equal"], "meant": 0, "reasons": [], "differs": []}
        for row in document["operations"]
        if row["cases"]
    }
    for each in document["differences"]:
        entry = entries[each["operation"]]
        reason = reason_of(known, each["operation"], each["subject"], each["difference"], each["request"])
        if reason is not None:
            entry["meant"] += 1
            entry["reasons"] = sorted({*entry["reasons"], reason})
        elif not each["missing"]:
            entry["differs"] = sorted({*entry["differs"], each["subject"] or "itself"})
    FOUND.write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

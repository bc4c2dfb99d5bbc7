"""Compare random migrations: `python -m tests.oracle.migration --camunda URL [--errand URL] [--from N] [--pairs N]`.

Without `--errand` the pure library is compared. `--keep FILE` writes what Camunda did, as `tests.golden` replays it.
Camunda must not run jobs by itself (`camunda.bpm.job-execution.enabled=false`).
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from tests.bpmn.migration.replay import difference
from tests.oracle.migration.scenario import draw, record
from tests.oracle.migration.server import ServerInstance


def main() -> int:
    """Compare as many pairs as asked; return 1 if any differs."""
    options = _options()
    outcomes: Counter[str] = Counter()
    kept = []
    for seed in range(options.first, options.first + options.pairs):
        case = _recorded(options.camunda, seed)
        if case is None:
            outcomes["no model"] += 1
            continue
        told = _difference(case, options.errand)
        outcomes[_outcome(case, told)] += 1
        if told is not None:
            print(f"seed {seed}: {told}", flush=True)
        else:
            kept.append(case)
    print(dict(outcomes))
    if options.keep is not None:
        with gzip.open(options.keep, "wt") as file:
            file.writelines(json.dumps(case) + "\n" for case in kept)
    return 1 if any(name.startswith("different") for name in outcomes) else 0


def _options() -> Any:
    parser = argparse.ArgumentParser()
    parser.add_argument("--camunda", required=True)
    parser.add_argument("--errand")
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--keep", type=Path)
    return parser.parse_args()


def _recorded(url: str, seed: int) -> dict[str, Any] | None:
    tag = f"m{seed}_{uuid.uuid4().hex[:6]}"
    case = draw(seed, tag)
    try:
        server = ServerInstance(url, tag, case["A"], case["B"], {"x": 0})
    except ValueError as refused:
        print(f"seed {seed}: Camunda refuses the model: {str(refused)[:300]}")
        return None
    try:
        return record(server, case)
    finally:
        server.remove()


def _difference(case: dict[str, Any], errand: str | None) -> str | None:
    if errand is None:
        return difference(case)
    server = ServerInstance(errand, case["tag"], case["A"], case["B"], {"x": 0})
    try:
        return difference(case, server)
    finally:
        server.remove()


def _outcome(case: dict[str, Any], told: str | None) -> str:
    if "migrated" not in case:
        kind = "not generated"
    elif case["migrated"]["ok"]:
        kind = "migrated"
    else:
        kind = case["migrated"]["type"]
    return f"{'equal' if told is None else 'different'}: {kind}"


if __name__ == "__main__":
    sys.exit(main())

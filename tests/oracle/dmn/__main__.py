"""Compare random decisions with a running Camunda, and keep some of them with its answers as golden tests."""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path
from typing import Any

from tests.oracle.dmn import ours
from tests.oracle.dmn.camunda import Camunda
from tests.oracle.dmn.cases import REFUSED, Answer, Case, as_json
from tests.oracle.dmn.generator import Generator, expression_cases


def main() -> int:
    """Return 0 when there is no difference."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.dmn", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8080/engine-rest", help="the REST API of a Camunda 7.24")
    parser.add_argument("--seed", type=int, default=1, help="the first case")
    parser.add_argument("--count", type=int, default=1000, help="how many cases")
    parser.add_argument("--keep", type=Path, help="write cases with Camunda's answers into this .json.gz")
    parser.add_argument("--kept", type=int, default=100, help="how many of them are kept")
    options = parser.parse_args()
    camunda = Camunda(options.url)
    print(f"Camunda {camunda.version()}")
    random_cases = (Generator(seed).case() for seed in range(options.seed, options.seed + options.count))
    kept: list[dict[str, Any]] = []
    refused = differences = 0
    for position, case in enumerate([*expression_cases(), *random_cases]):
        theirs, mine = camunda.answers(case), ours.answers(case)
        differences += _told(case, theirs, mine)
        refused += theirs.count(REFUSED)
        if position < len(expression_cases()) + options.kept:
            kept.append(as_json(case, theirs))
    print(f"{position + 1} files, {refused} questions refused by both, {differences} differences")
    if options.keep:
        text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
        options.keep.write_bytes(gzip.compress(text.encode(), mtime=0))
    return 1 if differences else 0


def _told(case: Case, theirs: list[Answer], mine: list[Answer]) -> int:
    """Print the questions that were answered differently and return their number.

    What we refuse when it is deployed, Camunda refuses when it first evaluates it: one of its refusals is enough.
    """
    if mine == [REFUSED] * len(mine) and REFUSED in theirs:
        return 0
    different = [
        index for index, (one, other) in enumerate(zip(theirs, mine, strict=True)) if _text(one) != _text(other)
    ]
    for index in different:
        print(f"\n{case.key}, question {index}: {json.dumps(case.questions[index])}\n{case.xml}")
        print(f"  Camunda: {_text(theirs[index])}\n  ours:    {_text(mine[index])}")
    return len(different)


def _text(answer: Answer) -> str:
    return json.dumps(answer, sort_keys=True)


if __name__ == "__main__":
    sys.exit(main())

"""Run the sweep: `python -m tests.oracle.sweep --camunda URL --errand URL`."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from tests.oracle.sweep.cases import reading
from tests.oracle.sweep.changing import changing
from tests.oracle.sweep.discovery import discover
from tests.oracle.sweep.published import Unavailable, operations
from tests.oracle.sweep.report import Finding, deviations, write
from tests.oracle.sweep.seed import seed
from tests.oracle.sweep.server import Server
from tests.oracle.sweep.sweep import Servers, compare


def main() -> int:
    """Sweep and write the table. Return 1 if something differs that is not meant."""
    asked = _arguments()
    servers = (Server("camunda", asked.camunda.rstrip("/")), Server("errand", asked.errand.rstrip("/")))
    try:
        known = operations(asked.cache)
    except Unavailable as error:
        print(f"skipped: {error}")
        return 0
    _fill(servers)
    chosen = [each for each in known if re.search(asked.only, each.name)]
    meant = deviations()
    findings: list[Finding] = []
    for operation in chosen:
        findings += compare(servers, reading(operation), meant)
    write(asked.out, findings, [each.name for each in chosen])
    for operation in chosen if not asked.reading else ():
        findings += changing(servers, operation, meant)
    write(asked.out, findings, [each.name for each in chosen])
    wrong = [each for each in findings if each.verdict in ("differs", "missing")]
    print(f"{len(chosen)} operations, {len(findings)} cases, {len(wrong)} differ; see {asked.out}/sweep.md")
    return int(bool(wrong))


def _fill(servers: Servers) -> None:
    for server in servers:
        if any(server.ask("GET", f"/{noun}/count")["count"] for noun in ("deployment", "history/process-instance")):
            sys.exit(f"{server.url} is not empty: the sweep compares whole lists.")
    marks = seed(servers)
    for server in servers:
        for name, instant in marks.items():
            server.learn(name, instant)
        discover(server)
    for one, two in (servers, servers[::-1]):
        for name in sorted(set(one.ids) - set(two.ids)):
            print(f"only on {one.name}: {name}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.sweep", description=__doc__)
    parser.add_argument("--camunda", required=True, help="an empty Camunda 7.24: http://127.0.0.1:8095/engine-rest")
    parser.add_argument("--errand", required=True, help="an empty Errand: http://127.0.0.1:8080/engine-rest")
    parser.add_argument("--only", default="", help="a pattern of operations: 'GET /task'")
    parser.add_argument("--reading", action="store_true", help="ask only what changes nothing")
    parser.add_argument("--out", type=Path, default=Path("var/sweep"))
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "errand-sweep")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

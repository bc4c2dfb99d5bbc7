"""Print the table of `make bench`: what this machine gives, what Errand does on it, and the ratios, in one run.

python -m benchmarks.run [--database SQLite|Postgres] [--only cycle,starts,latency,polls,mixed,retention] [--seconds 5]
                         [--large]

`--seconds` is how long each line of the cycle is measured, in slices between which the machine is looked at.
`--large` adds what takes minutes: five million open tasks, five million rows of history. Ratios of one run count; the
absolute figures depend on the machine and its neighbours.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from benchmarks import ceilings, cycle, fetch_latency, mixed_load, parked_polls, retention
from benchmarks.machine import Machine
from benchmarks.report import Table
from benchmarks.servers import DATABASES

Part = Callable[[str, ceilings.Ceilings, Table, argparse.Namespace], None]

PARTS: dict[str, Part] = {
    "cycle": cycle.measure,
    "latency": fetch_latency.measure,
    "polls": parked_polls.measure,
    "mixed": mixed_load.measure,
    "retention": retention.measure,
}


def main() -> None:
    """Run the measurements that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=sorted(DATABASES), action="append")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--large", action="store_true")
    arguments = parser.parse_args()
    table, machine = Table(), Machine()
    table.head("The machine")
    framework = ceilings.bare_framework(table, machine)
    for name in arguments.database or list(DATABASES):
        for part in arguments.only.split(","):
            with DATABASES[name]() as url:
                table.head(f"{name}: {part}")
                database = ceilings.bare_database(name, url, table, machine) if part == "cycle" else 0
                bare = ceilings.Ceilings(machine, framework, database)
                PARTS[part](url, bare, table, arguments)
    table.head(machine.verdict())


if __name__ == "__main__":
    main()

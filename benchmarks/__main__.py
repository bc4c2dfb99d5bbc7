"""Print the table of `make bench`: what this machine gives, what Errand does on it, and the ratios, in one run.

python -m benchmarks [--database SQLite|Postgres] [--seconds 5] [--instances 6000]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from benchmarks import ceilings, scenarios
from benchmarks.servers import DATABASES, Server, errand

NOISE_LIMIT = 0.15


class Table:
    """Lines of a report, printed as they come."""

    def line(self, what: str, value: str, remark: str = "") -> None:
        """Print one measured line."""
        print(f"| {what:<52} | {value:>18} | {remark}", flush=True)

    def head(self, title: str) -> None:
        """Print a heading."""
        print(f"\n{title}", flush=True)


def measure(name: str, server: Server, ceiling: float, table: Table, seconds: float, instances: int) -> None:
    """Measure starts, cycles at several numbers of connections, memory and start-up of one server."""
    table.line("ready after", f"{server.seconds_to_ready:.2f} s")
    scenarios.deploy(server)
    started = scenarios.start_instances(server, instances)
    table.line("instances started", f"{started.rate('started'):.0f} /s", f"p99 {started.percentile(0.99):.1f} ms")
    for connections in (4, 8, 16, 64):
        scenarios.start_instances(server, max(instances, int(4500 * seconds)), connections=32)
        before = server.cpu_seconds()
        result = scenarios.work(server, connections, seconds)
        cpu = 1e6 * (server.cpu_seconds() - before) / max(1, result.counts.get("completed", 1))
        rate = result.rate("completed")
        table.line(
            f"fetch 10 + 10 completes, {connections} connections",
            f"{rate:.0f} tasks/s",
            f"{rate / ceiling:.2f} × bare framework, {cpu:.0f} µs server CPU a task, "
            f"p50 {result.percentile(0.5):.1f} ms, p99 {result.percentile(0.99):.1f} ms, {result.errors} errors, {result.counts.get('empty', 0)} empty",
        )
    table.line("memory (unshared, all processes)", f"{server.memory_mb():.0f} MB", name)


def main() -> None:
    """Run the measurements that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=sorted(DATABASES), action="append")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--instances", type=int, default=6000)
    arguments = parser.parse_args()
    table = Table()
    quiet: Callable[[], float] = ceilings.spin
    first = quiet()
    table.head("The machine")
    framework = ceilings.bare_framework()
    table.line("bare Flask view under gunicorn", f"{framework:.0f} requests/s")
    for name in arguments.database or list(DATABASES):
        table.head(name)
        with DATABASES[name]() as url:
            if name == "SQLite":
                table.line("bare update, durable", f"{ceilings.bare_sqlite():.0f} /s")
            else:
                table.line("pgbench -N -c 8", f"{ceilings.pgbench(url):.0f} tps")
            with errand(url) as server:
                measure(name, server, framework, table, arguments.seconds, arguments.instances)
    drift = abs(quiet() - first) / first
    table.head(
        f"The machine was {'quiet' if drift < NOISE_LIMIT else 'NOT quiet'}: {100 * drift:.0f} % drift of one core."
    )


if __name__ == "__main__":
    main()

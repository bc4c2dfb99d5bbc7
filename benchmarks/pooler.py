"""Try PgBouncer in transaction mode between the servers and Postgres; LISTEN goes past it.

python -m benchmarks.pooler [--seconds 3] [--rounds 4]        needs pgbouncer (Debian: apt-get install pgbouncer)

Two servers are on one Postgres, one directly and one through PgBouncer; they work in turn, so that both have the same
machine, and the medians are compared.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from psycopg.conninfo import conninfo_to_dict

from benchmarks import scenarios
from benchmarks.load import Result
from benchmarks.report import Table
from benchmarks.servers import errand, free_port, postgres_url

CONFIG = """[databases]
errand = {target}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 8
max_client_conn = 500
"""


@contextmanager
def pgbouncer(url: str) -> Iterator[str]:
    """Start PgBouncer before the Postgres at `url` and make the URL that leads through it."""
    parts = conninfo_to_dict(url)
    target = f"host={parts['host']} dbname=errand user={parts['user']}"
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="bench-pgbouncer-") as folder:
        file = Path(folder, "pgbouncer.ini")
        file.write_text(CONFIG.format(target=target, port=port))
        Path(folder).chmod(0o755)
        owner = Path(str(parts["host"])).stat().st_uid  # PgBouncer refuses to be root, and must reach the socket
        process = subprocess.Popen(["pgbouncer", "-q", str(file)], user=owner, stderr=subprocess.DEVNULL)
        try:
            time.sleep(1)
            yield f"postgresql://{parts['user']}@127.0.0.1:{port}/errand"
        finally:
            process.terminate()
            process.wait(10)


def main() -> None:
    """Run the workers' cycle directly and through PgBouncer, in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=4)
    arguments = parser.parse_args()
    table = Table()
    with (
        postgres_url() as url,
        pgbouncer(url) as pooled,
        errand(url) as direct,
        errand(pooled, notify_url=url) as through,
    ):
        servers = {"directly": direct, "through PgBouncer": through}
        scenarios.deploy(direct)
        results: dict[str, list[Result]] = {name: [] for name in servers}
        used = dict.fromkeys(servers, 0.0)
        for _ in range(arguments.rounds):
            for name, server in servers.items():
                scenarios.start_instances(server, int(2_000 * arguments.seconds), connections=32)
                used[name] -= server.cpu_seconds()
                results[name].append(scenarios.work(server, 16, arguments.seconds))
                used[name] += server.cpu_seconds()
        for name, some in results.items():
            cpu = 1e6 * used[name] / sum(result.counts["completed"] for result in some)
            table.line(
                f"fetch 10 + 10 completes, {name}",
                f"{median(result.rate('completed') for result in some):.0f} tasks/s",
                f"{cpu:.0f} µs of the server's processor time a task; "
                f"{sum(result.errors for result in some)} errors, "
                f"{sum(result.counts.get('empty', 0) for result in some)} empty",
            )


if __name__ == "__main__":
    main()

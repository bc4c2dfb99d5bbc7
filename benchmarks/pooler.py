"""Try PgBouncer in transaction mode between the servers and Postgres; LISTEN goes past it.

python -m benchmarks.pooler [--seconds 5]        needs pgbouncer (Debian: apt-get install pgbouncer)
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from benchmarks import scenarios
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
    """Run the workers' cycle directly and through PgBouncer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    seconds = parser.parse_args().seconds
    table = Table()
    for through in (False, True):
        with postgres_url() as url, pgbouncer(url) as pooled:
            server_of = partial(errand, pooled, notify_url=url) if through else partial(errand, url)
            with server_of() as server:
                scenarios.deploy(server)
                started = scenarios.start_instances(server, int(3_000 * seconds), connections=32)
                result = scenarios.work(server, 16, seconds)
        table.line(
            f"fetch 10 + 10 completes, {'through PgBouncer' if through else 'directly'}",
            f"{result.rate('completed'):.0f} tasks/s",
            f"{result.errors + started.errors} errors, {result.counts.get('empty', 0)} empty",
        )


if __name__ == "__main__":
    main()

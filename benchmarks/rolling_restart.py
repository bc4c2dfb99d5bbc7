"""Restart two servers behind nginx, one after the other, under load: no request may fail.

python -m benchmarks.rolling_restart [--restarts 4]        needs nginx (Debian: apt-get install nginx)
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import scenarios
from benchmarks.load import Result, run
from benchmarks.report import Table
from benchmarks.servers import Server, errand, free_port, postgres_url

CONFIG = """daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream errand {{
    server 127.0.0.1:{first} max_fails=0;  # who refuses a connection is asked again: it starts in a second or two
    server 127.0.0.1:{second} max_fails=0;
    keepalive 64; keepalive_timeout 60s;
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://errand; proxy_http_version 1.1; proxy_set_header Connection "";
      # A server that ends answers what it has read and closes the rest unread, so the rest may go to the other one.
      proxy_next_upstream error timeout http_503 non_idempotent; proxy_read_timeout 1860s;
    }}
  }}
}}"""
CONNECTIONS = 16


@contextmanager
def nginx(first: int, second: int) -> Iterator[int]:
    """Start nginx before two servers and yield its port."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="bench-nginx-") as folder:
        Path(folder).chmod(0o755)
        file = Path(folder, "nginx.conf")
        file.write_text(CONFIG.format(folder=folder, port=port, first=first, second=second))
        process = subprocess.Popen(["nginx", "-c", str(file), "-e", f"{folder}/error.log"])
        try:
            time.sleep(0.5)
            yield port
        finally:
            process.terminate()
            process.wait(10)


class Pair:
    """Two servers at fixed ports, each of which can be restarted."""

    def __init__(self, url: str, stack: ExitStack) -> None:
        self.ports = (free_port(), free_port())
        self._url = url
        self._running = [stack.enter_context(ExitStack()) for _ in self.ports]
        self.server: Server = self.start(1)
        self.start(0)

    def start(self, number: int) -> Server:
        """Start one of the two."""
        return self._running[number].enter_context(errand(self._url, port=self.ports[number], workers="1"))

    def restart(self, times: int, count: list[int]) -> None:
        """Restart them in turn."""
        for turn in range(times):
            self._running[turn % 2].close()
            self.start(turn % 2)
            count.append(turn)
            time.sleep(1)


def main() -> None:
    """Print how many of the requests failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--restarts", type=int, default=4)
    restarts = parser.parse_args().restarts
    with postgres_url() as url, ExitStack() as stack:
        pair = Pair(url, stack)
        port = stack.enter_context(nginx(*pair.ports))
        scenarios.deploy(pair.server)
        scenarios.start_instances(pair.server, 4_000 * restarts, connections=32)
        done: list[int] = []
        restarting = threading.Thread(target=pair.restart, args=(restarts, done))
        restarting.start()
        result = Result()
        while restarting.is_alive():
            _add(result, _work(f"http://127.0.0.1:{port}", pair.server.token))
        restarting.join()
    failed = {status: number for status, number in result.statuses.items() if status >= 400}
    Table().line(
        f"{len(done)} restarts behind nginx",
        f"{sum(failed.values())} failed",
        f"of {sum(result.statuses.values())} requests, {result.counts.get('completed', 0)} tasks completed; {failed}",
    )


def _work(base_url: str, token: str) -> Result:
    return run(base_url, lambda number, result: scenarios.working(token, number, "bench", result), CONNECTIONS, 2)


def _add(total: Result, part: Result) -> None:
    for status, number in part.statuses.items():
        total.statuses[status] = total.statuses.get(status, 0) + number
    for name, number in part.counts.items():
        total.count(name, number)


if __name__ == "__main__":
    main()

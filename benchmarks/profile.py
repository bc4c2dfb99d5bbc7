"""Show where the processor time of a request goes: `make profile`. Without gunicorn and the socket, in one thread.

python -m benchmarks.profile [--database SQLite|Postgres] [--request complete|fetch|start|bpmnError] [--functions 25]

A sampler looks a thousand times per second of processor time where the code is; it costs nothing between its looks, so
the shares are those of the undisturbed run. Waiting (for the disk, for Postgres) is no processor time.
"""

from __future__ import annotations

import argparse
import gc
import signal
import time
from collections import Counter
from collections.abc import Callable
from types import FrameType

from benchmarks.client import Client, make_app
from benchmarks.scenarios import BATCH
from benchmarks.servers import DATABASES

LAYERS = (
    ("app/bpmn", "engine: the step itself"),
    ("app/engine", "engine: load and store"),
    ("app/models", "database: statements"),
    ("app/services", "services"),
    ("app/identity", "identity"),
    ("app/api", "dialect"),
    ("app/", "other code of Errand"),
    ("marshmallow", "validation: marshmallow"),
    ("psycopg", "database: psycopg"),
    ("peewee", "database: peewee"),
    ("blinker", "signals: blinker"),
    ("flask", "framework: flask"),
    ("werkzeug", "framework: werkzeug"),
)
"""Part of a file's path → layer, the first that fits."""


class Sampler:
    """Counts, by layer and by function, where the code was."""

    def __init__(self) -> None:
        self.layers: Counter[str] = Counter()
        self.functions: Counter[str] = Counter()

    def __enter__(self) -> Sampler:
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _look(self, _: int, frame: FrameType | None) -> None:
        """Count the innermost frame of a known layer: what the standard library does, it does for its caller."""
        while frame is not None:
            path = frame.f_code.co_filename
            layer = next((name for part, name in LAYERS if part in path), None)
            if layer is not None:
                self.layers[layer] += 1
                file = "/".join(path.rsplit("/", 3)[1:])
                self.functions[f"{file}:{frame.f_code.co_qualname}"] += 1
                return
            frame = frame.f_back


def prepare(client: Client, request: str, number: int) -> Callable[[], object]:
    """Make what the requests need and return a function that sends them."""
    if request == "start":
        return lambda: client.start(number)
    client.start(number)
    if request == "fetch":
        return lambda: list(client.fetch(number // BATCH))
    ids = list(client.fetch(number // BATCH))
    if request == "bpmnError":
        return lambda: client.report("bpmnError", ids, errorCode="E")
    return lambda: client.report("complete", ids, variables={})


def measure(client: Client, request: str, number: int, functions: int) -> None:
    """Print the table of one kind of request."""
    prepare(client, request, 100)()  # what is compiled and cached at first is no part of the picture
    send = prepare(client, request, number)
    gc.collect()
    gc.freeze()
    before = time.process_time()
    with Sampler() as sampler:
        send()
    requests = number // BATCH if request == "fetch" else number
    each = 1e6 * (time.process_time() - before) / requests
    looks = sum(sampler.layers.values())
    print(f"\n{request}: {each:.0f} µs of processor time a request, {requests} requests")
    for name, count in sampler.layers.most_common():
        print(f"| {name:<28} | {each * count / looks:6.1f} µs | {100 * count / looks:4.1f} %")
    for name, count in sampler.functions.most_common(functions):
        print(f"  {each * count / looks:6.1f} µs  {name}")


def main() -> None:
    """Profile what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = ("start", "fetch", "complete", "bpmnError")
    parser.add_argument("--database", choices=sorted(DATABASES), action="append")
    parser.add_argument("--request", choices=kinds, action="append")
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--functions", type=int, default=0)
    arguments = parser.parse_args()
    for name in arguments.database or list(DATABASES):
        print(f"\n{name}")
        with DATABASES[name]() as url:
            client = Client(*make_app(url))
            client.deploy()
            for request in arguments.request or kinds:
                measure(client, request, arguments.requests, arguments.functions)


if __name__ == "__main__":
    main()

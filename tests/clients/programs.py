"""Run a client's program, as its user would, while orders are worked on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.clients.shop import Shop, deadline

WORKERS = Path(__file__).with_name("workers")


class Program:
    """A running worker; what it prints goes to a file."""

    def __init__(self, command: list[str], output: IO[bytes], directory: Path, **environ: str) -> None:
        self.output = output
        self.process = subprocess.Popen(
            command, stdout=output, stderr=output, cwd=directory, env={**os.environ, **environ}
        )

    def wait_for(self, shop: Shop, key: str) -> str:
        """Return the id of an order when it has ended. Raises AssertionError, with what the worker said."""
        give_up_at = deadline()
        while (id := shop.ended(key)) is None:
            running = self.process.poll() is None and time.monotonic() < give_up_at
            assert running, f"The order did not end. The worker said:\n{self._said()}"
            time.sleep(0.02)
        return id

    def _said(self) -> str:
        self.output.seek(0)
        return self.output.read().decode(errors="replace")[-4000:]


@contextmanager
def running(command: list[str], directory: Path, **environ: str) -> Iterator[Program]:
    """Run a program during the block, in a directory of its own; it is killed at the end, as workers are."""
    with (directory / "output").open("w+b") as output:
        program = Program(command, output, directory, **environ)
        try:
            yield program
        finally:
            program.process.kill()
            program.process.wait()


def python(worker: str, *arguments: str) -> list[str]:
    """Return the command of one of the workers in Python."""
    return [sys.executable, "-W", "ignore", str(WORKERS / worker), *arguments]

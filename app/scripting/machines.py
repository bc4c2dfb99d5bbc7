"""The machines of one process: a few, made when they are needed, each used by one thread at a time."""

from __future__ import annotations

import os
import threading

from app.scripting.guest import Guest
from app.scripting.image import Image
from app.scripting.machine import Machine, MachineStopped
from app.scripting.places import Places

MACHINES = 4
"""Scripts that one process evaluates at the same time; more wait for one of them to end."""
WAIT_MS = 5_000


class Machines:
    """Lends machines. Everything in it belongs to the process that made it."""

    def __init__(self) -> None:
        self.process_id = os.getpid()
        self._lock = threading.Lock()
        self._places = Places(MACHINES)
        self._idle: list[Machine] = []
        self._guest: Guest | None = None
        self._image: Image | None = None

    def evaluate(self, code: bytes, limit_ms: int, *, waits: bool) -> bytes:
        """Evaluate on the next machine that is free. Raises MachineStopped."""
        if not self._places.take(WAIT_MS / 1000):
            raise MachineStopped("busy")
        try:
            return self._evaluate(code, limit_ms, waits)
        finally:
            self._places.give_back()

    def _evaluate(self, code: bytes, limit_ms: int, waits: bool) -> bytes:
        machine = self._take()
        answer = machine.evaluate(code, limit_ms, waits=waits)
        if not machine.is_spent:
            self._idle.append(machine)
        return answer

    def _take(self) -> Machine:
        try:
            return self._idle.pop()
        except IndexError:
            return self._make()

    def _make(self) -> Machine:
        with self._lock:
            if self._guest is None:
                self._guest = Guest()
            machine = Machine(self._guest, self._image)
            self._image = machine.image
            return machine

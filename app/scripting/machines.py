"""The machines of one process: a few, made when they are needed, each used by one thread at a time."""

from __future__ import annotations

import os
import threading
from time import monotonic

from app.scripting.guest import Guest
from app.scripting.image import Image
from app.scripting.machine import Machine, MachineStopped

MACHINES = 4
"""Scripts that one process evaluates at the same time; more wait for one of them to end."""


class Machines:
    """Lends machines. Everything in it belongs to one process: after a fork the child begins anew."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._process_id = os.getpid()
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(MACHINES)
        self._idle: list[Machine] = []
        self._guest: Guest | None = None
        self._image: Image | None = None

    def evaluate(self, code: bytes, limit_ms: int, *, waits: bool) -> bytes:
        """Evaluate on the next machine that is free, waiting for one no longer than the limit. Raises MachineStopped."""
        if os.getpid() != self._process_id:
            self._forget()
        began_s = monotonic()
        if not self._places.acquire(timeout=limit_ms / 1000):
            raise MachineStopped("busy")
        try:
            left_ms = limit_ms - int((monotonic() - began_s) * 1000)
            return self._evaluate(code, max(left_ms, 1), waits)
        finally:
            self._places.release()

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

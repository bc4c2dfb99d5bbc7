"""One machine: a JavaScript context inside WebAssembly whose memory is as new before each evaluation.

The context with the prelude is made once a process; its memory, some 400 KiB, is written back before each evaluation,
which takes 20 µs where a new context with the prelude takes milliseconds. So nothing that a script leaves behind, not
even a corrupted heap, is there for the next one. A machine that trapped or grew too much is thrown away.
"""

from __future__ import annotations

import ctypes
from typing import Any

import wasmtime

from app.scripting.guest import TICK_MS, Guest
from app.scripting.image import BUFFER_BYTES, FINISH, HEAP_BYTES, Image, make_image

MEMORY_BYTES = HEAP_BYTES + 4 * 1024 * 1024
"""What a script may use, and with it all that a machine ever takes."""
_KEPT_BYTES = 8 * 1024 * 1024
"""Larger machines are thrown away. A new one takes milliseconds, so growing a little should not cost it."""
_START_TICKS = 1_000_000
_PAGE_BYTES = 64 * 1024
_REASONS = {
    wasmtime.TrapCode.INTERRUPT: "time",
    wasmtime.TrapCode.STACK_OVERFLOW: "stack",
    wasmtime.TrapCode.MEMORY_OUT_OF_BOUNDS: "stack",  # the guest's own stack lies at the very bottom of its memory
}


class MachineStopped(Exception):
    """The evaluation ended without a text, and the machine is of no use any more. `reason` is `time`, `stack`, `memory`
    or `fault`; `busy` when none was free."""

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(message or reason)
        self.reason = reason


class Machine:
    """A context that evaluates one text after the other, used by one thread at a time."""

    def __init__(self, guest: Guest, image: Image | None = None) -> None:
        self._clock = guest.clock
        self._store = wasmtime.Store(guest.engine)
        self._store.set_limits(memory_size=MEMORY_BYTES)
        self._store.set_epoch_deadline(_START_TICKS)
        quickjs, shim = guest.instantiate(self._store)
        self._memory: Any = quickjs["memory"]
        self._alloc: Any = quickjs["qjs_alloc"]
        self._place: Any = shim["place"]
        self._evaluate: Any = shim["evaluate"]
        self._evaluate_waiting: Any = shim["evaluate_waiting"]
        self.image = image or make_image(self._store, quickjs, shim)
        self._size = self.image.bottom + len(self.image.memory)
        self._memory.grow(self._store, (self._size - self._memory.data_len(self._store)) // _PAGE_BYTES)
        shim["begin"](self._store, self.image.words, self.image.buffer, self.image.finish, len(FINISH))
        self._base = ctypes.addressof(self._memory.data_ptr(self._store).contents)

    @property
    def is_spent(self) -> bool:
        """Tell whether the machine has grown too much: memory cannot be given back but with the machine."""
        return bool(self._memory.data_len(self._store) > _KEPT_BYTES)

    def evaluate(self, code: bytes, limit_ms: int, *, waits: bool = False) -> bytes:
        """Evaluate an expression in a context as new and return the text that it gives; with `waits`, let promises
        settle and return the text that the prelude's finish gives then. Raises MachineStopped."""
        self._renew()
        self._clock.begin()
        try:
            self._store.set_epoch_deadline(limit_ms // TICK_MS + 1)
            return self._run(code, waits)
        except wasmtime.Trap as trap:
            raise MachineStopped(_reason(trap), str(trap)) from None
        finally:
            self._clock.end()

    def _run(self, code: bytes, waits: bool) -> bytes:
        is_large = len(code) >= BUFFER_BYTES
        self._put(code, self._room(len(code)) if is_large else self.image.buffer)
        length = (self._evaluate_waiting if waits else self._evaluate)(self._store, len(code))
        if is_large:
            self._place(self._store, self.image.buffer)
        return self._text(length)

    def _renew(self) -> None:
        ctypes.memmove(self._base + self.image.bottom, self.image.memory, len(self.image.memory))
        grown = self._memory.data_len(self._store) - self._size
        if grown:
            ctypes.memset(self._base + self._size, 0, grown)

    def _room(self, size: int) -> int:
        place = int(self._alloc(self._store, size))
        self._place(self._store, place)
        return place

    def _put(self, code: bytes, place: int) -> None:
        if not 0 < place < place + len(code) < self._memory.data_len(self._store):
            raise MachineStopped("memory")
        ctypes.memmove(self._base + place, code, len(code))

    def _text(self, length: int) -> bytes:
        place = ctypes.c_uint32.from_address(self._base + self.image.words).value
        if not 0 <= length <= place + length <= self._memory.data_len(self._store):
            raise MachineStopped("memory")
        return ctypes.string_at(self._base + place, length)


def _reason(trap: wasmtime.Trap) -> str:
    code = trap.trap_code
    return "fault" if code is None else _REASONS.get(code, "fault")

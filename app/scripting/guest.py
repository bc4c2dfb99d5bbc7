"""The modules that run scripts: QuickJS compiled to WebAssembly, with no function of the host but a clock.

QuickJS comes with the package quickjs-rs, whose module asks the host for a clock, chance, output, functions, modules
and an end of the process. Clock, chance and the empty environment are wasmtime's own; every other import is a function
of a module that is itself WebAssembly and answers "no", so no code of the server can be called from a script.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from importlib.resources import files
from time import monotonic, sleep
from typing import Any

import wasmtime

TICK_MS = 5
"""How exactly an evaluation is ended. While nothing has been evaluated for a while, the clock stands still."""
_IDLE_S = 2.0
_MAX_WASM_STACK = 512 * 1024
"""Bytes of the thread's own stack, of which a thread of the server has 8 MiB."""
_ALLOWED = frozenset(("clock_time_get", "random_get", "environ_get", "environ_sizes_get"))
_ANSWERS = {"host_call": -1, "host_interrupt": 0, "host_module_normalize": 0, "host_module_load": 0}
_NOT_SUPPORTED = 58
"""What WASI calls ENOTSUP."""


class EpochClock:
    """Advances the engine's epoch with the time while evaluations are running, and a little longer."""

    def __init__(self, engine: wasmtime.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._runs = False
        self._running = 0
        self._idle_since_s = 0.0

    def begin(self) -> None:
        """Keep the clock going for an evaluation that begins now."""
        with self._lock:
            self._running += 1
            if not self._runs:
                self._runs = True
                threading.Thread(target=self._tick, name="script-clock", daemon=True).start()

    def end(self) -> None:
        """Let the clock stop once nothing has been evaluated for a while."""
        with self._lock:
            self._running -= 1
            self._idle_since_s = monotonic()

    def _tick(self) -> None:
        told_s = monotonic()
        while self._is_needed():
            sleep(TICK_MS / 1000)
            while told_s < monotonic():  # on a busy machine a sleep takes longer than it says
                told_s += TICK_MS / 1000
                self._engine.increment_epoch()

    def _is_needed(self) -> bool:
        with self._lock:
            self._runs = self._running > 0 or monotonic() < self._idle_since_s + _IDLE_S
            return self._runs


class Guest:
    """The compiled modules of one process, from which its machines are made."""

    def __init__(self) -> None:
        self.engine = wasmtime.Engine(_config())
        self.clock = EpochClock(self.engine)
        code = (files("quickjs_rs") / "_guest.wasm").read_bytes()
        shim = (files("app.scripting") / "shim.wat").read_text(encoding="utf-8")
        self._quickjs = wasmtime.Module(self.engine, code)
        self._refusals = _module(self.engine, _refusals(self._quickjs))
        self._shim = _module(self.engine, shim)

    def instantiate(self, store: wasmtime.Store) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Make an instance in a store; return what QuickJS exports, and what the shim does."""
        linker = wasmtime.Linker(self.engine)
        linker.allow_shadowing = True
        linker.define_wasi()
        refusals = wasmtime.Instance(store, self._refusals, []).exports(store)
        for wanted in self._quickjs.imports:
            name = str(wanted.name)
            if name in refusals:
                linker.define(store, wanted.module, name, refusals[name])
        store.set_wasi(wasmtime.WasiConfig())
        quickjs = linker.instantiate(store, self._quickjs).exports(store)
        imports = [quickjs[str(wanted.name)] for wanted in self._shim.imports]
        shim = wasmtime.Instance(store, self._shim, imports)
        return quickjs, shim.exports(store)


def _config() -> wasmtime.Config:
    config = wasmtime.Config()
    config.epoch_interruption = True
    config.max_wasm_stack = _MAX_WASM_STACK
    with suppress(wasmtime.WasmtimeError):  # compiled once a user, not once a process: seconds become milliseconds
        config.cache = True
    return config


def _module(engine: wasmtime.Engine, text: str) -> wasmtime.Module:
    return wasmtime.Module(engine, bytes(wasmtime.wat2wasm(text)))


def _refusals(module: wasmtime.Module) -> str:
    """Return a module with a function for each import that is not allowed, which says no."""
    lines = ["(module"]
    for wanted in module.imports:
        if wanted.name not in _ALLOWED and isinstance(wanted.type, wasmtime.FuncType):
            parameters = " ".join(str(parameter) for parameter in wanted.type.params)
            answer = _ANSWERS.get(str(wanted.name), _NOT_SUPPORTED)
            body = f"(result i32) (i32.const {answer})" if wanted.type.results else "unreachable"
            lines.append(f'(func (export "{wanted.name}") (param {parameters}) {body})')
    return "\n".join([*lines, ")"])

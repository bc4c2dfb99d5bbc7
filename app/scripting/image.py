"""The memory with which every evaluation begins: a context in which the prelude has run, made once a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, cast

import wasmtime

HEAP_BYTES = 60 * 1024 * 1024
BUFFER_BYTES = 32 * 1024
"""Code up to this size finds its place ready; for more, room is taken."""
FINISH = b"globalThis[' finish']()"
_STACK_BYTES = 256 * 1024
_PRELUDE = ("values.js", "java.js", "spin.js", "execution.js", "run.js")


@dataclass(frozen=True, slots=True)
class Image:
    """A memory from `bottom` on (what lies below is the stack, empty between evaluations), and where everything is:
    the words that the shim writes, the code that ends an evaluation with promises, and the buffer for the code."""

    memory: bytes
    bottom: int
    words: int
    finish: int
    buffer: int


def make_image(store: wasmtime.Store, quickjs: Mapping[str, Any], shim: Mapping[str, Any]) -> Image:
    """Run the prelude in a new instance and copy its memory. Raises RuntimeError if it does not run."""
    memory = cast("wasmtime.Memory", quickjs["memory"])
    prelude = _prelude()
    quickjs["set_memory_limit"](store, HEAP_BYTES)
    quickjs["set_max_stack_size"](store, _STACK_BYTES)
    words, code, finish = (quickjs["qjs_alloc"](store, size) for size in (8, len(prelude), len(FINISH)))
    memory.write(store, prelude, code)
    memory.write(store, FINISH, finish)
    shim["begin"](store, words, code, finish, len(FINISH))
    if shim["evaluate"](store, len(prelude)) < 0:
        raise RuntimeError("The prelude of the scripts does not run.")
    quickjs["qjs_free"](store, code, len(prelude))
    buffer = quickjs["qjs_alloc"](store, BUFFER_BYTES)
    bottom = int(quickjs["__stack_pointer"].value(store))
    return Image(bytes(memory.read(store, bottom, memory.data_len(store))), bottom, words, finish, buffer)


def _prelude() -> bytes:
    folder = files("app.scripting") / "prelude"
    parts = "\n".join((folder / name).read_text(encoding="utf-8") for name in _PRELUDE)
    return f'(function () {{ "use strict";\n{parts}\nreturn "ready"; }})();'.encode()

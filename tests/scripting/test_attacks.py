"""Scripts that mean ill: each ends within its limit, and the next one finds everything as new."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pytest

from app.bpmn.scripts import ScriptFailed, ScriptTooLong
from app.bpmn.values import Variable
from app.scripting import JavaScript
from app.scripting.machine import MEMORY_BYTES
from tests.scripting.scopes import NOW_MS, Place, changes, outcome, result

ENDLESS = [
    "for (;;);",
    "for (;;) try { nothere } catch (e) {}",
    "/(a+)+$/.test('a'.repeat(40) + 'b')",
    "throw {toString() { for (;;); }}",
    "({get a() { for (;;); }})",
    "new Proxy({}, {ownKeys() { for (;;); }})",
    "Object.prototype.toJSON = function () { for (;;); }; ({})",
    "new Array(2 ** 32 - 1).join('x')",
    "BigInt(7) ** BigInt(1e7)",
    "(async () => { for (;;) await 0; })()",
    "execution.setVariable('a', {get b() { for (;;); }})",
    "JSON.stringify({toJSON() { for (;;); }})",
    "[3, 2, 1].sort(() => { for (;;); })",
]
GREEDY = [
    "'x'.repeat(1e9)",
    "new ArrayBuffer(1e9)",
    "Array(1e9).fill(0)",
    "var s = 'x'; for (;;) s += s",
    "[].concat(Array(2 ** 31).fill())",
    "new Uint8Array(2 ** 40)",
    "BigInt(2) ** BigInt(1e9)",
    "new RegExp('('.repeat(10000) + ')'.repeat(10000))",
    "'x'.padEnd(2 ** 30).split('')",
]
DEEP = [
    "function f() { return f() + 1 } f()",
    "function f() { return [1].map(f) } f()",
    "var f = () => { for (;;) try { f() } catch (e) {} }; f()",
    "var a = {get a() { return this.a }}; a.a",
    "JSON.parse('['.repeat(100000))",
    "eval('('.repeat(100000))",
    "var a = []; for (var i = 0; i < 10000; i++) a = [a]; a",
    "var a = []; for (var i = 0; i < 10000; i++) a = [a]; JSON.stringify(a)",
    "new Proxy({}, {get(target, name, proxy) { return proxy[name] }}).x",
]
HOSTS = [
    "require('fs')",
    "process.exit(0)",
    "std.open('/etc/passwd', 'r')",
    "os.exec(['id'])",
    "load('/etc/passwd')",
    "java.lang.System.exit(0)",
    "Packages.java.io.File",
    "Java.type('java.lang.Runtime')",
    "new Function('return process')()",
    "(function () {}).constructor.constructor('return require')()",
    "new WebAssembly.Module(new Uint8Array(8))",
    "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
    "setTimeout(() => {}, 0)",
    "fetch('http://localhost')",
    "new Worker('x')",
    "__loadScript('/etc/passwd')",
]


@pytest.fixture(autouse=True)
def the_next_one_finds_everything_as_new(engine: JavaScript) -> Iterator[None]:
    yield
    untouched = "[typeof leak, {}.leak, [].map.name, JSON.stringify({a: 1}), typeof execution.setVariable].join()"
    assert result(engine, untouched) == Variable("String", 'undefined,,map,{"a":1},function')


@pytest.mark.parametrize("source", ENDLESS)
def test_what_never_ends_is_ended(engine: JavaScript, source: str) -> None:
    began_s = monotonic()
    with pytest.raises(ScriptTooLong, match=r"^The script did not end within 60 ms\.$"):
        engine.evaluate(source, Place({}), ["execution"], NOW_MS, limit_ms=60)
    assert monotonic() - began_s < 5


@pytest.mark.parametrize("source", GREEDY)
def test_what_wants_too_much_memory_fails(engine: JavaScript, source: str) -> None:
    before = _resident_bytes()
    with pytest.raises(ScriptFailed):
        result(engine, source)
    assert _resident_bytes() - before < 2 * MEMORY_BYTES


@pytest.mark.parametrize("source", DEEP)
def test_what_goes_too_deep_fails(engine: JavaScript, source: str) -> None:
    with pytest.raises(ScriptFailed, match=r"too deeply|nested in itself|Maximum call stack"):
        result(engine, source)


@pytest.mark.parametrize("source", HOSTS)
def test_nothing_of_the_host_is_there(engine: JavaScript, source: str) -> None:
    with pytest.raises(ScriptFailed, match=r"is not defined|is not a function|not a function|There is no Java"):
        result(engine, source)


def test_no_module_can_be_imported(engine: JavaScript) -> None:
    source = (
        "import('std').then(() => execution.setVariable('found', true), () => execution.setVariable('found', false)); 0"
    )
    assert changes(engine, source + "; Promise") == [("set", "found", Variable("Boolean", False))]


@pytest.mark.parametrize(
    "source",
    [
        "leak = 1; globalThis.leak = 1; Object.prototype.leak = 1; 0",
        "Array.prototype.map = null; JSON.stringify = () => 'x'; 0",
        "Object.defineProperty(Object.prototype, 'leak', {get() { return 1 }}); 0",
        "Object.freeze(Object.prototype); Object.setPrototypeOf(Array.prototype, {leak: 1}); 0",
        "delete globalThis.Object; globalThis.execution = null; 0",
    ],
)
def test_what_a_script_breaks_is_whole_for_the_next(engine: JavaScript, source: str) -> None:
    with suppress(ScriptFailed):  # it may break its own result
        assert result(engine, source).value == 0


@pytest.mark.parametrize(
    "source",
    [
        "JSON.parse = null; Array.prototype.map = () => [[1]]; execution.setVariable('a', 1); 0",
        "Array.prototype.map = () => ['x']; execution.setVariable('a', 1); 0",
        "Array.prototype.map = () => [['set', 'execution', 'a', ['v', 'none']]]; execution.setVariable('a', 1); 0",
        "Array.prototype.map = () => [['set', 'execution', 'a', ['i', 1e300]]]; execution.setVariable('a', 1); 0",
        "Array.prototype.map = () => [['set', 'execution', 'a', ['zz', 1]]]; execution.setVariable('a', 1); 0",
    ],
)
def test_a_forged_outcome_is_refused(engine: JavaScript, source: str) -> None:
    with pytest.raises(ScriptFailed, match="cannot be read"):
        outcome(engine, source)


def test_a_promise_that_is_never_resolved_does_not_wait(engine: JavaScript) -> None:
    assert outcome(engine, "new Promise(() => {}).then(() => { leak = 1 }); 7").result == Variable("Integer", 7)


def test_a_getter_with_side_effects_is_a_script_of_its_own_evaluation(engine: JavaScript) -> None:
    source = "({get a() { execution.setVariable('seen', 1); return 2 }})"
    assert outcome(engine, source).result.value == '{"a":2}'


def test_chance_differs_from_one_evaluation_to_the_next(engine: JavaScript) -> None:
    assert len({result(engine, "Math.random()").value for _ in range(20)}) == 20


def test_others_go_on_while_scripts_never_end(engine: JavaScript) -> None:
    stop = threading.Event()

    def loop() -> None:
        while not stop.is_set():
            with pytest.raises(ScriptTooLong):
                engine.evaluate("for (;;);", Place({}), [], NOW_MS, limit_ms=100)

    attackers = [threading.Thread(target=loop) for _ in range(8)]
    for attacker in attackers:
        attacker.start()
    try:
        assert {result(engine, f"{n} + 1").value for n in range(5)} == {1, 2, 3, 4, 5}
    finally:
        stop.set()
        for attacker in attackers:
            attacker.join()


def test_a_script_longer_than_allowed_is_refused(engine: JavaScript) -> None:
    with pytest.raises(ScriptFailed, match=r"^The script is longer than 200000 characters\.$"):
        result(engine, "x" * 200_001)


def test_a_large_variable_passes(engine: JavaScript) -> None:
    large = Variable("String", "ä" * 1_000_000)
    assert result(engine, "text + '!'", text=large) == Variable("String", "ä" * 1_000_000 + "!")


def test_the_child_of_a_fork_has_an_engine_of_its_own(engine: JavaScript) -> None:
    assert result(engine, "1 + 1").value == 2
    child = os.fork()
    if child == 0:
        try:
            answer = result(engine, "40 + 2").value
        except BaseException:
            answer = 1
        os._exit(answer)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")

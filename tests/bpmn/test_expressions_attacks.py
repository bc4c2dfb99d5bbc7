"""Nothing that a model can write into an expression runs code or exhausts the server."""

from __future__ import annotations

import time
from typing import Any, ClassVar

import pytest

from app.bpmn.expressions import ELHost, compile_expression, mapping_scope
from app.errors import ExpressionFailed


class Execution(ELHost):
    """A host object with things that must stay hidden."""

    el_methods: ClassVar = {"getId": lambda execution: "e1"}
    el_properties: ClassVar = {"id": lambda execution: "e1"}
    secret = "hidden"

    def kill(self) -> None:
        raise SystemExit


BIG = "x" * 900_000
VALUES: dict[str, Any] = {
    "x": {"y": 1},
    "s": "text",
    "l": [1, 2],
    "n": 7,
    "big": BIG,
    "bytes": b"abc",
    "huge": 10**4000,
    "number": "9" * 5000,
    "many": ",".join("a" * 200_000),
    "deep": None,
    "execution": Execution(),
}
nested: Any = 1
for _ in range(5000):
    nested = [nested]
VALUES["deep"] = nested

HIDDEN = [
    "${''.__class__.__mro__}",
    "${s.__len__()}",
    "${s.__class__()}",
    "${s['__class__']}",
    "${l.__iter__()}",
    "${execution.__init__}",
    "${execution.__dict__}",
    "${execution.secret}",
    "${execution['secret']}",
    "${execution.kill()}",
    "${execution.el_methods}",
    "${execution.getClass()}",
    "${execution.getId.__globals__}",
    "${''.getClass().forName('java.lang.Runtime')}",
    "${s.class}",
    "${s.bytes}",
    "${s.getBytes()}",
    "${s.format(1)}",
    "${s.encode()}",
    "${s.join(l)}",
    "${s.toCharArray()}",
    "${''.valueOf(1)}",
    "${l.append(3)}",
    "${l.add(3)}",
    "${l.clear()}",
    "${l.stream()}",
    "${l.iterator()}",
    "${l.pop()}",
    "${x.put('a', 1)}",
    "${x.update(x)}",
    "${x.setdefault('a', 1)}",
    "${x.forEach(1)}",
    "${x.__getitem__('y')}",
    "${n.real.imag()}",
    "${n.to_bytes(4, 'big')}",
    "${n.bit_length()}",
    "${execution}x",
    "${bytes}x",
    "${bytes.decode()}",
    "${unknown}",
    "${Runtime.exec('x')}",
    "${self}",
    "${True}",
    "${None}",
    "${null.x()}",
]
SYNTAX = [
    "${T(java.lang.Runtime)}",
    "${__import__('os').system('id')}",
    "${eval('1')}",
    "${exec('1')}",
    "${open('/etc/passwd')}",
    "${x; y}",
    "${x = 1}",
    "${x += 1}",
    "${[1, 2]}",
    "${{'a': 1}}",
    "${x -> y}",
    "${lambda: 1}",
    "${x.y.z[}",
    "${`id`}",
    "${x\\y}",
    "${\x00}",
    "${'\\x41'}",
    "${fn:length(s)}",
    "${" + "(" * 100 + "1" + ")" * 100 + "}",
    "${" + "!" * 100 + "true}",
    "${" + "-" * 65 + "1}",
    "${" + "x[" * 100 + "1" + "]" * 100 + "}",
    "${" + "true ? " * 100 + "1" + " : 2" * 100 + "}",
    "${" + "s.concat(" * 100 + "s" + ")" * 100 + "}",
    "${" + "1+" * 400 + "1}",
    "${'" + "a" * 4100 + "'}",
    "${" + "9" * 500 + "}",
    "${1e999}",
    "${1e99999999999}",
    "${99999999999999999999}",
    "a" * 70_000 + "${x}",
    "${" * 1000,
    "${" + "x" * 5000 + "}",
]
EXHAUSTING = [
    "${JSON(big.concat('[')).size()}",
    "${JSON('['.repeat(500000))}",
    "${XML('<a>'.repeat(300000))}",
    "${XML('<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>').textContent()}",
    '${XML(\'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]><a b="&y;"/>\')}',
    "${XML('<a/>').getroottree()}",
    "${XML('<a/>')._element}",
    "${XML('<a/>').xpath('//a')}",
    "${big.concat(big)}",
    "${big}${big}",
    "${big.replace('x', 'yyyyyyyyyy')}",
    "${big.replace('', 'abc')}",
    "${s.repeat(9000000)}",
    "${s.repeat(9223372036854775807)}",
    "${big.repeat(2)}",
    "${s.repeat(-1)}",
    "${many.split(',')}",
    "${many.split('')}",
    "${big.split('(x+)+y')}",
    "${big.replaceAll('(x+x+)+y', '')}",
    "${big.replaceFirst('.*', '$0$0')}",
    "${9223372036854775807 + 1}",
    "${9223372036854775807 * 9223372036854775807}",
    "${-9223372036854775807 - 2}",
    "${huge * huge}",
    "${huge + 1}",
    "${1e300 * 1e300}",
    "${number + 1}",
    "${number == 1}",
    "${huge / 3}",
    "${deep}x",
    "${deep == 'a'}",
    "${now().plusYears(9223372036854775807)}",
    "${now().plusDays(99999999999)}",
    "${l.get(9223372036854775807)}",
    "${l.subList(0, 99)}",
    "${'inf' + 1}",
    "${'nan' == 1}",
    "${'1_000' + 1}",
    "${'\u0661' + 1}",
    "${s.substring(-1)}",
    "${s.substring(3, 1)}",
    "${s.charAt(99)}",
    "${s.length(1, 2, 3)}",
    "${1 % 0}",
    "${1.0 / 0}",
    "${x < l}",
    "${x + 1}",
    "${x ? 1 : 2}",
    "${n && true}",
]


@pytest.mark.parametrize("text", [*HIDDEN, *EXHAUSTING])
def test_an_attack_fails_at_once_and_only_as_an_expression(text: str) -> None:
    expression = compile_expression(text)
    started = time.perf_counter()
    with pytest.raises(ExpressionFailed):
        expression.evaluate(mapping_scope(VALUES, 0))
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("text", SYNTAX)
def test_an_attack_on_the_syntax_is_refused_when_compiled(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ExpressionFailed):
        compile_expression(text)
    assert time.perf_counter() - started < 1


def test_the_largest_expression_that_is_allowed_runs() -> None:
    text = "${" + "n + " * 299 + "n}"
    assert compile_expression(text).evaluate(mapping_scope(VALUES)) == 2100


def test_a_program_cannot_name_the_clock() -> None:
    with pytest.raises(ExpressionFailed):
        compile_expression("${ clock}").evaluate(mapping_scope({}, 5))

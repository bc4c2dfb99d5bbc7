"""Parse the tokens of one expression into one closure (a Pratt parser; the tree exists only as nested closures)."""

from __future__ import annotations

from typing import Any

from app.bpmn.expressions.coercion import to_boolean
from app.bpmn.expressions.evaluation import Evaluation
from app.bpmn.expressions.functions import function_call
from app.bpmn.expressions.lexer import Token, syntax_error
from app.bpmn.expressions.limits import MAX_DEPTH, MAX_NUMBER_LENGTH, bounded_integer
from app.bpmn.expressions.long import Long
from app.bpmn.expressions.methods import call_method, get_property
from app.bpmn.expressions.operators import BINARY, Operator, is_empty, negate
from app.bpmn.expressions.scope import Closure
from app.errors import ExpressionFailed

_CONSTANTS = {"true": True, "false": False, "null": None}
_OR, _AND = 1, 2
_UNARY = frozenset(("!", "-"))


def parse_tokens(tokens: list[Token]) -> Closure:
    """Return the closure of a whole expression. Raises ExpressionFailed when the tokens make none."""
    parser = _Parser(tokens)
    closure = parser.choice()
    parser.expect("end", "}")
    return closure


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0
        self._depth = 0

    @property
    def _token(self) -> Token:
        return self._tokens[self._index]

    def _take(self) -> Token:
        token = self._token
        self._index += token.kind != "end"
        return token

    def _at(self, symbol: str) -> bool:
        return self._token.kind == "symbol" and self._token.value == symbol

    def expect(self, kind: str, value: str) -> None:
        """Take one certain token. Raises ExpressionFailed when another one is there."""
        token = self._take()
        if token.kind != kind or token.value != value:
            raise syntax_error(token.position, token.value, value)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionFailed(f"the expression is nested more than {MAX_DEPTH} deep")

    def choice(self) -> Closure:
        """Parse `condition ? one : other`, or what binds closer."""
        self._deeper()
        closure = self._binary(_OR)
        if self._at("?"):
            self._take()
            one = self.choice()
            self.expect("symbol", ":")
            closure = _choice(closure, one, self.choice())
        self._depth -= 1
        return closure

    def _binary(self, least_power: int) -> Closure:
        left = self._unary()
        while True:
            symbol = self._token.value if self._token.kind == "symbol" else ""
            if symbol == "||" and least_power <= _OR:
                self._take()
                left = _either(left, self._binary(_OR + 1))
            elif symbol == "&&" and least_power <= _AND:
                self._take()
                left = _both(left, self._binary(_AND + 1))
            elif symbol in BINARY and BINARY[symbol][0] >= least_power:
                power, operate = BINARY[symbol]
                self._take()
                left = self._operation(operate, left, power)
            else:
                return left

    def _operation(self, operate: Operator, left: Closure, power: int) -> Closure:
        before = self._index
        right = self._binary(power + 1)
        if self._index == before + 1 and self._tokens[before].kind in ("number", "text"):
            return _with_constant(operate, left, _literal(self._tokens[before]))
        return _operation(operate, left, right)

    def _unary(self) -> Closure:
        token = self._token
        is_empty_word = token.kind == "name" and token.value == "empty"
        if not is_empty_word and not (token.kind == "symbol" and token.value in _UNARY):
            return self._members(self._primary())
        self._take()
        self._deeper()
        operand = self._unary()
        self._depth -= 1
        if is_empty_word:
            return lambda evaluation: is_empty(operand(evaluation))
        if token.value == "!":
            return lambda evaluation: not to_boolean(operand(evaluation))
        return lambda evaluation: negate(operand(evaluation))

    def _members(self, base: Closure) -> Closure:
        while True:
            if self._at("."):
                self._take()
                base = self._named_member(base)
            elif self._at("["):
                self._take()
                base = _indexed(base, self.choice())
                self.expect("symbol", "]")
            else:
                return base

    def _named_member(self, base: Closure) -> Closure:
        token = self._take()
        if token.kind != "name":
            raise syntax_error(token.position, token.value, "an identifier")
        if self._at("("):
            return _method(base, token.value, self._arguments())
        return _property(base, token.value)

    def _arguments(self) -> list[Closure]:
        self._take()
        arguments: list[Closure] = []
        if not self._at(")"):
            arguments.append(self.choice())
            while self._at(","):
                self._take()
                arguments.append(self.choice())
        self.expect("symbol", ")")
        return arguments

    def _primary(self) -> Closure:
        token = self._take()
        if token.kind in ("number", "text"):
            value = _literal(token)
            return _constant(Long(value) if type(value) is int else value)
        if token.kind == "name":
            if token.value in _CONSTANTS:
                return _constant(_CONSTANTS[token.value])
            if self._at("("):
                return function_call(token.value, self._arguments())
            return _identifier(token.value)
        if token.kind == "symbol" and token.value == "(":
            closure = self.choice()
            self.expect("symbol", ")")
            return closure
        raise syntax_error(token.position, token.value, "an expression")


def _literal(token: Token) -> Any:
    if token.kind == "text":
        return token.value
    if len(token.value) > MAX_NUMBER_LENGTH:
        raise ExpressionFailed(f"the number at position {token.position} is too long")
    if token.value.isdigit():
        return bounded_integer(int(token.value))
    number = float(token.value)
    if number in (float("inf"), float("-inf")):
        raise ExpressionFailed(f"the number at position {token.position} is too large")
    return number


def _constant(value: Any) -> Closure:
    return lambda evaluation: value


def _identifier(name: str) -> Closure:
    return lambda evaluation: evaluation.resolve(name)


def _choice(condition: Closure, one: Closure, other: Closure) -> Closure:
    return lambda evaluation: one(evaluation) if to_boolean(condition(evaluation)) else other(evaluation)


def _either(left: Closure, right: Closure) -> Closure:
    return lambda evaluation: to_boolean(left(evaluation)) or to_boolean(right(evaluation))


def _both(left: Closure, right: Closure) -> Closure:
    return lambda evaluation: to_boolean(left(evaluation)) and to_boolean(right(evaluation))


def _operation(operate: Operator, left: Closure, right: Closure) -> Closure:
    return lambda evaluation: operate(left(evaluation), right(evaluation))


def _with_constant(operate: Operator, left: Closure, constant: Any) -> Closure:
    return lambda evaluation: operate(left(evaluation), constant)


def _indexed(base: Closure, index: Closure) -> Closure:
    return lambda evaluation: get_property(evaluation, base(evaluation), index(evaluation))


def _property(base: Closure, name: str) -> Closure:
    return lambda evaluation: get_property(evaluation, base(evaluation), name)


def _method(base: Closure, name: str, arguments: list[Closure]) -> Closure:
    def call(evaluation: Evaluation) -> Any:
        return call_method(evaluation, base(evaluation), name, [argument(evaluation) for argument in arguments])

    return call

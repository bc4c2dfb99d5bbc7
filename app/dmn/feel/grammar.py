"""The grammar of FEEL as FEEL Scala 1.19 reads it: the first alternative that fits is taken, words end anywhere.

Source: FEEL Scala's parser and Camunda 7.24, asked. `1 orx` is `1 or x` there too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.dmn.feel.arithmetic import Arithmetic, Negative
from app.dmn.feel.control import For, If, In, InstanceOf, Iterators, Quantified, Steps
from app.dmn.feel.limits import MAX_DEPTH, MAX_EXPRESSION_LENGTH
from app.dmn.feel.literals import Constant
from app.dmn.feel.logic import Both, Comparison, Either, Equality, Not
from app.dmn.feel.nodes import Node
from app.dmn.feel.scanner import Scanner
from app.dmn.feel.terminals import Terminals
from app.dmn.feel.unary_tests import InputCompares, InputEquals, InputInRange, InputTest
from app.errors import ExpressionFailed

_T = TypeVar("_T")
_TYPES_WITH_SPACES = ("years and months duration", "days and time duration", "date and time", "function")


def parse_expression(text: str) -> Node:
    """Return the tree of an expression. Raises ExpressionFailed with what is wrong and where."""
    grammar = _Grammar(_scanned(text))
    return grammar.whole(grammar.expression)


def parse_unary_tests(text: str) -> Node:
    """Return the tree of a cell of conditions. Raises ExpressionFailed with what is wrong and where."""
    grammar = _Grammar(_scanned(text))
    return grammar.whole(grammar.unary_tests)


def _scanned(text: str) -> Scanner:
    if len(text) > MAX_EXPRESSION_LENGTH:
        raise ExpressionFailed(f"the expression is longer than {MAX_EXPRESSION_LENGTH} characters")
    return Scanner(text)


class _Grammar(Terminals):
    def __init__(self, scanner: Scanner) -> None:
        super().__init__(scanner)
        self._depth = 0
        self._known: dict[tuple[str, int], tuple[Node | None, int]] = {}

    def whole(self, rule: Callable[[], Node | None]) -> Node:
        """Return what a rule makes of the whole text. Raises ExpressionFailed."""
        try:
            node = rule()
        except RecursionError:
            node = None
        if node is not None and self.scanner.at_end():
            return node
        furthest = max(self.scanner.furthest, self.scanner.position)
        rest = self.scanner.text[furthest : furthest + 20]
        raise ExpressionFailed(f"syntax error at position {furthest + 1}, found '{rest}'" if rest else "unexpected end")

    def _once(self, name: str, rule: Callable[[], Node | None]) -> Node | None:
        """Apply a rule at a position once: alternatives come back to the same places."""
        start = self.scanner.position
        known = self._known.get((name, start))
        if known is None:
            known = self._known[name, start] = (rule(), self.scanner.position)
        self.scanner.position = start if known[0] is None else known[1]
        return known[0]

    def expression(self) -> Node | None:
        """`if`, `for`, `some`, `every`, or what `or` joins."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionFailed(f"the expression is nested more than {MAX_DEPTH} deep")
        node = self._once("expression", self._any_expression)
        self._depth -= 1
        return node

    def _any_expression(self) -> Node | None:
        return self.attempt(self._if) or self.attempt(self._for) or self.attempt(self._quantified) or self._either()

    def _if(self) -> Node | None:
        condition = self.after("if", self.expression)
        one = condition and self.after("then", self.expression)
        other = one and self.after("else", self.expression)
        return If(condition, one, other) if condition and one and other else None

    def _for(self) -> Node | None:
        iterators = self.after("for", self._iterators)
        result = iterators and self.after("return", self.expression)
        return For(iterators, result, "partial" in self.scanner.text) if iterators and result else None

    def _quantified(self) -> Node | None:
        word = self.scanner.take("some", "every")
        iterators = self._iterators() if word else None
        condition = iterators and self.after("satisfies", self.expression)
        return Quantified(word == "some", iterators, condition) if iterators and condition else None

    def _iterators(self) -> Iterators | None:
        return tuple(self.repeated(self._iterator)) or None

    def _iterator(self) -> tuple[str, Node] | None:
        name = self.scanner.name()
        if name is None or not self.scanner.take("in"):
            return None
        node = self.attempt(self._steps) or self.value()
        return (name, node) if node else None

    def _steps(self) -> Node | None:
        start = self.calculation()
        end = start and self.after("..", self.calculation)
        return Steps(start, end) if start and end else None

    def _either(self) -> Node | None:
        operands = self.joined("or", self._both)
        return operands[0] if len(operands) == 1 else _pairs(Either, operands)

    def _both(self) -> Node | None:
        operands = self.joined("and", self._compared)
        return operands[0] if len(operands) == 1 else _pairs(Both, operands)

    def _compared(self) -> Node | None:
        left = self.calculation()
        if left is None:
            return self.attempt(self._simple_test)
        return self.attempt(lambda: self._comparison(left)) or left

    def _comparison(self, left: Node) -> Node | None:
        start = self.scanner.position
        for rule in (self._binary, self._between, self._instance_of, self._in):
            if node := rule(left):
                return node
            self.scanner.position = start
        return None

    def _binary(self, left: Node) -> Node | None:
        symbol = self.scanner.take("<=", ">=", "<", ">", "!=", "=")
        right = self.calculation() if symbol else None
        if right is None or symbol is None:
            return None
        if symbol in ("=", "!="):
            equality = Equality(left, right)
            return equality if symbol == "=" else Not(equality)
        return Comparison(symbol, left, right)

    def _between(self, left: Node) -> Node | None:
        low = self.after("between", self.calculation)
        high = low and self.after("and", self.calculation)
        return Both((Comparison(">=", left, low), Comparison("<=", left, high))) if low and high else None

    def _instance_of(self, left: Node) -> Node | None:
        if not self.scanner.take("instance") or not self.scanner.take("of"):
            return None
        name = self.scanner.take(*_TYPES_WITH_SPACES) or ".".join(self.repeated(self.scanner.name, "."))
        return InstanceOf(left, name) if name else None

    def _in(self, left: Node) -> Node | None:
        if not self.scanner.take("in"):
            return None
        test = self.attempt(self._tests_in_parentheses) or self._test()
        return In(left, test) if test else None

    def _tests_in_parentheses(self) -> Node | None:
        return self.within("(", self._tests, ")")

    def calculation(self) -> Node | None:
        """Sums, products, powers."""
        return self._once("calculation", self._sum)

    def _sum(self) -> Node | None:
        return self._operations(self._product, "+", "-")

    def _product(self) -> Node | None:
        return self._operations(self._power, "*", "/")

    def _power(self) -> Node | None:
        return self._operations(self._signed, "**")

    def _operations(self, operand: Callable[[], Node | None], *symbols: str) -> Node | None:
        node = operand()
        while node is not None:
            start = self.scanner.position
            symbol = self.scanner.take(*symbols)
            right = operand() if symbol else None
            if symbol is None or right is None:
                self.scanner.position = start
                return node
            node = Arithmetic(symbol, node, right)
        return None

    def _signed(self) -> Node | None:
        negative = self.scanner.take("-")
        node = self.value()
        return Negative(node) if negative and node else node

    def unary_tests(self) -> Node | None:
        """`not(…)`, tests with commas between them, or `-`."""
        return self.attempt(self._negation) or self.attempt(self._tests) or self._anything()

    def _negation(self) -> Node | None:
        test = self.within("(", self._tests, ")") if self.scanner.take("not") else None
        return Not(test) if test else None

    def _anything(self) -> Node | None:
        return Constant(True) if self.scanner.take("-") else None

    def _tests(self) -> Node | None:
        tests = self.repeated(self._test)
        if len(tests) == 1:
            return tests[0]
        return Either(tuple(tests)) if tests else None

    def _test(self) -> Node | None:
        found = self.attempt(self._boolean_alone) or self.attempt(self._simple_test)
        if found:
            return found
        node = self.expression()
        return InputTest(node) if node else None

    def _boolean_alone(self) -> Node | None:
        word = self.scanner.take("true", "false")
        return InputEquals(Constant(word == "true")) if word and self.scanner.at_end() else None

    def _simple_test(self) -> Node | None:
        symbol = self.scanner.take("<=", ">=", "<", ">")
        if symbol is not None:
            operand = self.calculation()
            return InputCompares(symbol, operand) if operand else None
        ends = self.range_ends()
        return InputInRange(*ends) if ends else None


def _pairs(kind: type[Either] | type[Both], operands: list[Node]) -> Node | None:
    """Join from the left, two at a time, as the original does."""
    if not operands:
        return None
    node = operands[0]
    for operand in operands[1:]:
        node = kind((node, operand))
    return node

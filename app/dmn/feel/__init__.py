"""FEEL, as Camunda 7.24 evaluates it (FEEL Scala 1.19): expressions, and the unary tests of decision tables.

    limits             how long, deep and large an expression and its results may be
    values             the kinds of values, their order, what equals what, how they are written
    temporal           dates, times, zones
    durations          durations of years and months, of days and time
    conversion         between process variables and FEEL
    scope              names, the clock, the budget
    nodes              what a part of an expression is
    literals, access, arithmetic, logic, control, calls, unary_tests   the parts
    functions          what may be called by name
    scanner            the text with a position
    terminals, grammar what the parser takes for what
    temporal_literals  dates and times written out
    expression         compiled texts: the public entry

What cannot be done is null, as there; what this does not know (function definitions, `sort`, functions of ranges,
Java functions) is refused when it is compiled.
"""

from app.dmn.feel.conversion import is_temporal, java_text, to_feel, to_instant
from app.dmn.feel.expression import FeelExpression, compile_feel, compile_tests
from app.dmn.feel.scope import DEFAULT_INPUT_NAME, InnerScope, RootScope, Scope, World

__all__ = [
    "DEFAULT_INPUT_NAME",
    "FeelExpression",
    "InnerScope",
    "RootScope",
    "Scope",
    "World",
    "compile_feel",
    "compile_tests",
    "is_temporal",
    "java_text",
    "to_feel",
    "to_instant",
]

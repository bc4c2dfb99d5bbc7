"""JUEL (EL 2.2 as Camunda uses it), the part that models need, compiled to closures.

    limits     how long, deep and large an expression and its results may be
    scope      what an expression may see: names, and host objects that opt in
    evaluation one evaluation: the names, and the work that is left
    instant    a point in time, the value of `now()` and of Date variables
    long       whole numbers that are written out or calculated
    coercion   to text, to boolean, to number, as EL does
    operators  arithmetic, comparison, empty
    methods    the Java-like methods of lists, maps, numbers, booleans, instants; text_methods those of texts
    functions  what may be called without an object: `now()`, `dateTime()`
    json_parts what a Json document is made of, so that it stays Json; json_path Spin's paths
    spin       the values of `S()`, `JSON()` and `XML()`
    lexer      text to tokens
    parser     tokens to one closure
    template   a whole text with `${…}` in it: the public entry

No `eval`, no attribute of a Python object by a name that the model chose, no regular expression of the model, no
clock: what is not listed here cannot be reached.
"""

from app.bpmn.expressions.coercion import to_boolean, to_number, to_text
from app.bpmn.expressions.instant import Instant
from app.bpmn.expressions.long import Long
from app.bpmn.expressions.scope import CLOCK, USER, ELHost, ExpressionScope, UnknownIdentifier, mapping_scope
from app.bpmn.expressions.template import Expression, compile_expression, is_expression

__all__ = [
    "CLOCK",
    "USER",
    "ELHost",
    "Expression",
    "ExpressionScope",
    "Instant",
    "Long",
    "UnknownIdentifier",
    "compile_expression",
    "is_expression",
    "mapping_scope",
    "to_boolean",
    "to_number",
    "to_text",
]

"""What random decisions are made of: variables with their values, expressions, cells, by the kind of value."""

from __future__ import annotations

from typing import Any

VARIABLES: dict[str, tuple[str, list[Any]]] = {
    "n": ("Integer", [0, 1, 2, 3, 5, 7, 10, -4, 100]),
    "big": ("Long", [1, 5, 3_000_000_000, -1]),
    "f": ("Double", [0.5, 2.5, 3.0, -1.25, 1e3]),
    "s": ("String", ["a", "b", "abc", "", "5", "true", "Berlin", "2026-03-15T10:00:00"]),
    "b": ("Boolean", [True, False]),
    "d": ("Date", ["2026-03-15T10:00:00.000+0000", "2026-03-01T00:00:00.000+0000", "2025-12-31T23:59:59.000+0000"]),
    "o": ("Json", ['{"a":1,"t":"x","l":[1,2,3],"i":{"p":5}}', '{"a":2.5,"t":"abc","l":[],"i":{}}', '{"t":"b"}']),
    "l": ("Json", ["[1,2,3]", '["a","b"]', "[]", "[5]"]),
    "nothing": ("Null", [None]),
}
NAMES = {"number": ["n", "big", "f"], "string": ["s"], "boolean": ["b"], "date": ["d"], "list": ["l"]}

EXPRESSIONS: dict[str, list[str]] = {
    "number": [
        "n", "big", "f", "n", "n + 1", "n * f", "n - big", "f / 2", "o.a", "l[1]", "count(l)", "string length(s)",
        "abs(n)", "if b then n else 1", "missing", "sum(l)", "-n", "n ** 2", "modulo(n, 3)", "floor(f)",
        "o.i.p", "number(s)", "max(n, f)", "decimal(f, 1)", "{x: n}.x", "round half up(f, 0)", "[1, 2, 3][item > 1][1]",
    ],
    "string": [
        "s", "s", "s + \"!\"", "o.t", "upper case(s)", "lower case(s)", "string(n)", "substring(s, 1)", "nothing",
        "if b then s else \"a\"", "l[1]", "string join([s, \"z\"], \"-\")", "replace(s, \"a\", \"x\")", "missing.path",
        "substring before(s, \"c\")", "string(f)", "trim(s)",
    ],
    "boolean": [
        "b", "b", "not(b)", "n > 3", "s = \"a\"", "b and n > 1", "b or f > 2", "contains(s, \"b\")", "n in [1..5]",
        "list contains(l, 1)", "is defined(missing)", "n between 1 and 5", "some x in l satisfies x = 2",
        "every x in o.l satisfies x > 0", "n instance of number", "d < date and time(\"2026-03-10T00:00:00\")",
    ],
    "date": [
        "d", "d", "date and time(\"2026-03-15T10:00:00\")", "s",
        "d + duration(\"P1D\")", "d - duration(\"P1M\")",
    ],
    "list": [
        "l", "l", "o.l", "[n, 2]", "append(l, n)", "reverse(l)", "[1, 2, 3][item > 1]", "for x in o.l return x + 1",
    ],
}  # fmt: skip

CELLS: dict[str, list[str]] = {
    "number": [
        "5", "3", "1", "> 5", "<= 2.5", "< 0", ">= n", "[1..5]", "]1..5[", "(0..3]", "[2.5..n]", "1,2,3", "not(1,2)",
        "> 5, < 0", "n", "? > 3", "? > 1 and ? < 6", "null", "not(null)", "1 or 2", "[1,2,3]", "odd(?)",
        "cellInput > 2", "not(> 3)", "> n - 1", "2 + 3", "-1", "(1)", "{a: 3}.a", "o.a", "l",
        "o.l", "? in [1..4]", "n, big", "even(?)", "[l[1]..10]", "> -5", "5.0",
        "if b then 3 else 5", "abs(?) > 3", "not([1..3])", "? = n",
    ],
    "string": [
        '"a"', '"b"', '"abc"', '"a","b"', 'not("a")', 'not("a","b")', 's', 'starts with(?, "a")', 'contains(?, "b")',
        '> "b"', '["a".."c"]', 'string length(?) > 2', 'null', '""', 'upper case("a")', '["a", "b"]', 'l',
        'matches(?, "^a.*")', '? in ("a", "b")', '"a" + "bc"', 'not(null)', 'ends with(?, "n")', '? = s', '"5"',
        'lower case(?) = "berlin"', 'not(starts with(?, "a"))', "string(n)",
    ],
    "boolean": [
        "true", "false", "not(true)", "not(false)", "? = true", "b", "null", "? and n > 2", "true, false", "n > 3",
        "not(b)", "? or b", "true or false",
    ],
    "date": [
        '< date and time("2026-03-10T00:00:00")', '>= date and time("2026-03-01T00:00:00")', "d", "null", '? < d',
        '[date and time("2026-01-01T00:00:00")..date and time("2026-03-31T00:00:00")]', 'date("2026-03-15")',
        '? > d - duration("P1D")', "?.year = 2026", "?.weekday = 7", 'date(?) = date("2026-03-15")', 'not(d)',
        '< @"2026-03-10T00:00:00"', 'day of week(?) = "Sunday"', 'month of year(?) = "March"',
    ],
    "list": [
        "list contains(?, 2)", "count(?) > 1", "[1,2,3]", "null", "?[1] = 1", "is empty(?)",
        "every x in ? satisfies x > 0",
        "some x in ? satisfies x = 2", "l", "sum(?) > 3", "count(?[item > 1]) = 2",
    ],
}  # fmt: skip
BAD_CELLS = ["> > 3", "> 3 and < 9", "5 5", "[1..", 'not("a"', "a b", "== 3", "not(1), 2", ""]
NUMBER_LIKE = ["1", "2", "10", "2.5", "-3", "n", "n * 2", "n + 1", "f", "big", "o.a", "count(l)", "if b then 1 else 2"]
OUTPUTS: dict[str, list[str]] = {
    "integer": [*NUMBER_LIKE, '"7"', "null"],
    "long": [*NUMBER_LIKE, '"7"', "99999999999", "null"],
    "double": [*NUMBER_LIKE, '"2.5"', "1 / 3", "null"],
    "number": [*NUMBER_LIKE, '"7"', "true"],
    "string": ['"x"', '"y"', "s", '"x" + string(n)', "n", "true", "upper case(s)", "null", "[1, 2]", "{a: 1}", "f * 2"],
    "boolean": ["true", "false", "b", "n > 2", '"true"', '"TRUE"', "null", "not(b)", "s = \"a\""],
    "date": ['date and time("2026-03-15T10:00:00")', "d", '"2026-03-15T10:00:00"', "null", 'd + duration("PT1H")'],
    "": [*NUMBER_LIKE, '"x"', "s", "b", "[n, 2]", "l", "{a: n, b: s}", "null", "missing", '"a" + 1', "1 / 0", "o.t"],
}  # fmt: skip
JUEL = {
    "number": ["n", "${n + 1}", "${big}", "f", "${b ? 1 : 2}", "n * 2"],
    "string": ["s", "${s}", "'x'", "${s.length() > 1 ? 'long' : 'short'}", "${s}-${n}"],
    "boolean": ["b", "${n > 3}", "${s == 'a'}", "n >= 2 && b"],
}

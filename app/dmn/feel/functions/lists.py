"""Functions of lists."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from typing import Any

from app.dmn.feel.functions.registry import (
    ANYTHING,
    LISTS,
    NUMBERS,
    TEXTS_OR_NULL,
    Functions,
    bounded_list,
    bounded_text,
    function,
    over_list,
)  # fmt: skip
from app.dmn.feel.limits import DECIMAL128
from app.dmn.feel.logic import decided
from app.dmn.feel.values import NUMBER, STRING, Failure, is_ordered, kind_of, order_key, same

_NO_POSITION = Failure("position must be a non-zero number")


def _extreme(choose: Callable[..., Any]) -> Callable[[list[Any]], Any]:
    def chosen(items: list[Any]) -> Any:
        if not items:
            return None
        kinds = {kind_of(item) for item in items}
        if len(kinds) > 1 or not is_ordered(kinds.pop()):
            return Failure("the list is not comparable")
        return choose(items, key=order_key)

    return chosen


def _of_numbers(calculate: Callable[[list[Decimal]], Any], of_none: Any = None) -> Callable[[list[Any]], Any]:
    def calculated(items: list[Any]) -> Any:
        if not items:
            return of_none
        if any(kind_of(item) != NUMBER for item in items):
            return Failure("expected numbers")
        return calculate(items)

    return calculated


def _sum(numbers: list[Decimal]) -> Decimal:
    return reduce(DECIMAL128.add, numbers, Decimal(0))


def _product(numbers: list[Decimal]) -> Decimal:
    return reduce(DECIMAL128.multiply, numbers, Decimal(1))


def _mean(numbers: list[Decimal]) -> Decimal:
    return DECIMAL128.divide(_sum(numbers), Decimal(len(numbers)))


def _median(numbers: list[Decimal]) -> Decimal:
    ordered, middle = sorted(numbers), len(numbers) // 2
    if len(numbers) % 2:
        return ordered[middle]
    return DECIMAL128.divide(DECIMAL128.add(ordered[middle - 1], ordered[middle]), Decimal(2))


def _deviation(numbers: list[Decimal]) -> Any:
    if len(numbers) < 2:
        return Failure("a deviation needs two numbers")
    mean = _mean(numbers)
    squares = _sum([DECIMAL128.power(DECIMAL128.subtract(number, mean), 2) for number in numbers])
    return Decimal(repr(math.sqrt(float(DECIMAL128.divide(squares, Decimal(len(numbers) - 1))))))


def _mode(numbers: list[Decimal]) -> list[Decimal]:
    counted = Counter(numbers)
    most = max(counted.values())
    return sorted(number for number, count in counted.items() if count == most)


def _all(items: list[Any]) -> bool | None:
    return decided(False, items)


def _any(items: list[Any]) -> bool | None:
    return decided(True, items)


def _index(items: list[Any], position: Decimal) -> int:
    return int(position) - 1 if position > 0 else len(items) + int(position)


def _sublist(items: list[Any], start: Decimal, length: Decimal | None = None) -> Any:
    if start == 0:
        return _NO_POSITION
    first = _index(items, start)
    end = len(items) if length is None else first + int(length)
    return items[max(first, 0) : max(end, 0)]


def _inserted(items: list[Any], position: Decimal, new_item: Any) -> Any:
    if position == 0:
        return _NO_POSITION
    index = max(_index(items, position), 0)
    return bounded_list([*items[:index], new_item, *items[index:]])


def _removed(items: list[Any], position: Decimal) -> Any:
    if position == 0:
        return _NO_POSITION
    before, behind = max(_index(items, position), 0), max(_index(items, position + 1), 0)
    return items[:before] + items[behind:]


def _positions(items: list[Any], match: Any) -> list[Decimal]:
    return [Decimal(index) for index, item in enumerate(items, 1) if same(item, match)]


def _concatenated(lists: list[Any]) -> list[Any]:
    return bounded_list([item for one in lists for item in (one if type(one) is list else [one])])


def distinct(items: list[Any]) -> list[Any]:
    """Return every value once, in the order of their first appearance."""
    found: list[Any] = []
    for item in items:
        if not any(same(item, one) for one in found):
            found.append(item)
    return found


def _duplicates(items: list[Any]) -> list[Any]:
    return [one for one in distinct(items) if sum(same(item, one) for item in items) > 1]


def _flat(items: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for item in items:
        flat.extend(_flat(item) if type(item) is list else [item])
    return flat


def _joined(
    items: list[Any], delimiter: str | None = None, prefix: str | None = None, suffix: str | None = None
) -> Any:
    texts = [item for item in items if item is not None]
    if any(kind_of(text) != STRING for text in texts):
        return Failure("expected a list of strings")
    if (prefix is None) != (suffix is None):
        return Failure("Illegal arguments")
    return bounded_text((prefix or "") + (delimiter or "").join(texts) + (suffix or ""))


def _parted(items: list[Any], size: Decimal) -> Any:
    length = int(size)
    if length <= 0:
        return Failure("'size' should be greater than zero")
    return [items[start : start + length] for start in range(0, len(items), length)]


LIST_FUNCTIONS: Functions = {
    "list contains": (
        function(lambda items, element: any(same(item, element) for item in items), list=LISTS, element=ANYTHING),
    ),
    "count": (function(lambda items: Decimal(len(items)), list=LISTS),),
    "min": (over_list(_extreme(min)),),
    "max": (over_list(_extreme(max)),),
    "sum": (over_list(_of_numbers(_sum)),),
    "product": (over_list(_of_numbers(_product)),),
    "mean": (over_list(_of_numbers(_mean)),),
    "median": (over_list(_of_numbers(_median)),),
    "stddev": (over_list(_of_numbers(_deviation)),),
    "mode": (over_list(_of_numbers(_mode, [])),),
    "and": (over_list(_all),),
    "all": (over_list(_all),),
    "or": (over_list(_any),),
    "any": (over_list(_any),),
    "sublist": (
        function(_sublist, list=LISTS, start=NUMBERS),
        function(_sublist, list=LISTS, start=NUMBERS, length=NUMBERS),
    ),
    "append": (over_list(lambda items, added: bounded_list(items + added), "list", "items"),),
    "concatenate": (over_list(_concatenated, "lists"),),
    "insert before": (function(_inserted, list=LISTS, position=NUMBERS, newItem=ANYTHING),),
    "remove": (function(_removed, list=LISTS, position=NUMBERS),),
    "reverse": (function(lambda items: items[::-1], list=LISTS),),
    "index of": (function(_positions, list=LISTS, match=ANYTHING),),
    "union": (over_list(lambda lists: distinct(_concatenated(lists)), "lists"),),
    "distinct values": (function(distinct, list=LISTS),),
    "duplicate values": (function(_duplicates, list=LISTS),),
    "flatten": (function(_flat, list=LISTS),),
    "string join": (
        function(_joined, list=LISTS),
        function(_joined, list=LISTS, delimiter=TEXTS_OR_NULL),
        function(_joined, list=LISTS, delimiter=TEXTS_OR_NULL, prefix=TEXTS_OR_NULL, suffix=TEXTS_OR_NULL),
    ),
    "is empty": (function(lambda items: not items, list=LISTS),),
    "partition": (function(_parted, list=LISTS, size=NUMBERS),),
}

"""One evaluation of an expression: what it may see, and how much work it may still do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.bpmn.expressions.limits import ITEM_WORK, MAX_WORK
from app.errors import ExpressionFailed

_SIZED = (str, list, tuple, dict)
_CONTAINERS = (list, tuple, dict)


class Evaluation:
    """What a compiled expression is evaluated with.

    Whoever makes or walks through something pays for it with `spend`: a character is 1, an item of a list or map is
    `ITEM_WORK`. A container is paid for as a whole, with all that it holds, when it comes in: whatever looks at its
    parts later costs a small multiple of that.
    """

    __slots__ = ("_left", "_resolve")

    def __init__(self, resolve: Callable[[str], Any]) -> None:
        self._resolve = resolve
        self._left = MAX_WORK

    def resolve(self, name: str) -> Any:
        """Return the value of an identifier. Raises UnknownIdentifier, ExpressionFailed."""
        return self.received(self._resolve(name))

    def received(self, value: Any) -> Any:
        """Return a value that comes from outside of the expression, paid for. Raises ExpressionFailed."""
        if isinstance(value, _CONTAINERS):
            self._spend_deeply(value)
        return value

    def spend(self, work: int) -> None:
        """Take some of the work that is left. Raises ExpressionFailed when it is not enough."""
        self._left -= work
        if self._left < 0:
            raise ExpressionFailed(
                f"The expression works on too much: more than {MAX_WORK // 1_000_000} million characters, "
                f"or {MAX_WORK // ITEM_WORK} items of lists and maps"
            )

    def spend_on(self, *values: Any) -> None:
        """Pay for the values as they are, without what their items hold. Raises ExpressionFailed."""
        for value in values:
            if isinstance(value, _SIZED):
                self.spend(len(value) if isinstance(value, str) else len(value) * ITEM_WORK)

    def _spend_deeply(self, container: Any) -> None:
        waiting = [container]
        while waiting:
            value = waiting.pop()
            self.spend(len(value) * ITEM_WORK)
            items = value.values() if isinstance(value, dict) else value
            waiting.extend(item for item in items if isinstance(item, _CONTAINERS))

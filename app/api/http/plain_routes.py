"""Routes that two look-ups find: those without a variable, and those whose only one is the last part but one.

`/external-task/fetchAndLock` and `/external-task/<id>/complete` are such. For all others Werkzeug walks a tree of
regular expressions; and for those, too, whose path could as well be meant for another route.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from werkzeug.routing import Rule

_WITH_ID = re.compile(r"([^<>]*)/<(\w+)>/([^<>/]+)")
_WORD_BEFORE_VARIABLE = re.compile(r"([^<>]*)/[^<>/]+/<.*")

Key = TypeVar("Key")


class PlainRoutes:
    """Finds the rule for a method and a path."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        by_method = [(method, rule) for rule in rules for method in rule.methods or ()]
        # A word goes before a variable: `/key/start` is meant for `/key/<name>`, not for `/<id>/start`.
        contended = {match[1] for _, rule in by_method if (match := _WORD_BEFORE_VARIABLE.fullmatch(rule.rule))}
        self._fixed = _unambiguous(((method, rule.rule), rule) for method, rule in by_method if "<" not in rule.rule)
        self._with_id = _unambiguous(
            ((method, match[1], match[3]), rule)
            for method, rule in by_method
            if (match := _WITH_ID.fullmatch(rule.rule)) and match[1] not in contended
        )

    def find(self, method: str, path: str) -> tuple[Rule, dict[str, str]] | None:
        """Return the rule and the values of its variables; None leaves the search to Werkzeug."""
        fixed = self._fixed.get((method, path))
        if fixed is not None:
            return fixed, {}
        head, _, end = path.rpartition("/")
        start, _, id = head.rpartition("/")
        rule = self._with_id.get((method, start, end))
        return (rule, dict.fromkeys(rule.arguments, id)) if rule is not None and id else None


def _unambiguous(entries: Iterable[tuple[Key, Rule]]) -> dict[Key, Rule]:
    """Return the plain rules that are alone under their key. What redirects, has default values or another protocol
    is left to Werkzeug."""
    rules: dict[Key, list[Rule]] = {}
    for key, rule in entries:
        rules.setdefault(key, []).append(rule)
    return {
        key: rule
        for key, (rule, *others) in rules.items()
        if not (others or rule.redirect_to or rule.defaults or rule.alias or rule.websocket or rule.build_only)
    }

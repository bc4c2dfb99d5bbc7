"""Functions of contexts."""

from __future__ import annotations

from typing import Any

from app.dmn.feel.calls import Kinds
from app.dmn.feel.functions.registry import ANYTHING, CONTEXTS, LISTS, TEXTS, Functions, function, over_list
from app.dmn.feel.values import STRING, kind_of

_KEYS: Kinds = (LISTS or frozenset()) | (TEXTS or frozenset())
Context = dict[str, Any]


def _entries(context: Context) -> list[Context]:
    return [{"key": key, "value": value} for key, value in context.items()]


def _path(keys: Any) -> list[str]:
    """Return a key or a list of keys as a path; empty where one of them is no text."""
    path = keys if type(keys) is list else [keys]
    return path if all(kind_of(key) == STRING for key in path) else []


def _value(context: Context, key: Any) -> Any:
    value: Any = context
    for name in _path(key):
        if type(value) is not dict:
            return None
        value = value.get(name)
    return value if _path(key) else None


def _put(context: Context, key: Any, value: Any) -> Context | None:
    path = _path(key)
    return _put_at(context, path, value) if path else None


def _put_at(context: Context, path: list[str], value: Any) -> Context:
    if len(path) == 1:
        return {**context, path[0]: value}
    inner = context.get(path[0])
    return {**context, path[0]: _put_at(inner if type(inner) is dict else {}, path[1:], value)}


def _merged(contexts: list[Any]) -> Context | None:
    if any(type(one) is not dict for one in contexts):
        return None
    return {key: value for one in contexts for key, value in one.items()}


def _of_entries(entries: list[Any]) -> Context | None:
    if any(type(one) is not dict or "value" not in one or kind_of(one.get("key")) != STRING for one in entries):
        return None
    return {one["key"]: one["value"] for one in entries}


CONTEXT_FUNCTIONS: Functions = {
    "get entries": (function(_entries, context=CONTEXTS), function(_entries, m=CONTEXTS)),
    "get value": (
        function(_value, m=CONTEXTS, key=_KEYS),
        function(_value, context=CONTEXTS, key=_KEYS),
        function(_value, context=CONTEXTS, keys=_KEYS),
    ),
    "context put": (
        function(_put, context=CONTEXTS, key=_KEYS, value=ANYTHING),
        function(_put, context=CONTEXTS, keys=_KEYS, value=ANYTHING),
    ),
    "put": (function(_put, context=CONTEXTS, key=_KEYS, value=ANYTHING),),
    "context merge": (over_list(_merged, "contexts"),),
    "put all": (over_list(_merged, "contexts"),),
    "context": (function(_of_entries, entries=LISTS),),
}

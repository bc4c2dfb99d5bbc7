"""Paths that end in a slash, or have two where one is enough, mean the same as those that do not, as in the original's
container."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from app.api.camunda.blueprint import PREFIX

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def without_needless_slashes(application: Application) -> Application:
    """Return the WSGI application that gets paths of this dialect with single slashes and none at their end."""

    def serve(environment: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environment["PATH_INFO"]
        if path.startswith(f"{PREFIX}/") and (path.endswith("/") or "//" in path):
            environment["PATH_INFO"] = re.sub("/{2,}", "/", path).rstrip("/")
        return application(environment, start_response)

    return serve

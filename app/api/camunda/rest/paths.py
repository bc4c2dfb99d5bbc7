"""Paths as the resources know them: single slashes, none at the end, and without the name of the engine.

Camunda serves every resource under two forms of its path, the second with the name of an engine: `/engine-rest/task`
and `/engine-rest/engine/default/task`. To register each route twice would take a quarter of the time to start.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from app.api.camunda.rest.blueprint import ENGINE_NAME, PREFIX

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

_NAMED_ENGINE = f"{PREFIX}/engine/"


def with_plain_paths(application: Application) -> Application:
    """Return the WSGI application that gets paths of this dialect without needless slashes and names of engines."""

    def serve(environment: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environment["PATH_INFO"]
        if path.startswith(f"{PREFIX}/"):
            if path.endswith("/") or "//" in path:
                environment["PATH_INFO"] = path = re.sub("/{2,}", "/", path).rstrip("/")
            name, slash, rest = path.removeprefix(_NAMED_ENGINE).partition("/")
            if slash and path.startswith(_NAMED_ENGINE):
                environment[ENGINE_NAME] = name
                environment["PATH_INFO"] = f"{PREFIX}/{rest}"
        return application(environment, start_response)

    return serve

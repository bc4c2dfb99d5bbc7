"""Paths as the resources know them: single slashes, none at the end, and without the name of the engine.

Camunda serves every resource under two forms of its path, the second with the name of an engine: `/engine-rest/task`
and `/engine-rest/engine/default/task`. To register each route twice would take a quarter of the time to start.
"""

from __future__ import annotations

import re
from typing import Any

from app.api.camunda.rest.blueprint import ENGINE_NAME, PREFIX

_NAMED_ENGINE = f"{PREFIX}/engine/"


def make_path_plain(environment: dict[str, Any]) -> None:
    """Take needless slashes and the name of the engine from a request's path before its route is looked for."""
    path = environment["PATH_INFO"]
    if path.endswith("/") or "//" in path:
        environment["PATH_INFO"] = path = re.sub("/{2,}", "/", path).rstrip("/")
    name, slash, rest = path.removeprefix(_NAMED_ENGINE).partition("/")
    if slash and path.startswith(_NAMED_ENGINE):
        environment[ENGINE_NAME] = name
        environment["PATH_INFO"] = f"{PREFIX}/{rest}"

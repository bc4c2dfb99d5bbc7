"""Paths that end in a slash mean the same as those that do not, as in the original's container."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from app.api.camunda.blueprint import PREFIX

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def without_trailing_slash(application: Application) -> Application:
    """Return the WSGI application that gets paths of this dialect without a slash at their end."""

    def serve(environment: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environment["PATH_INFO"]
        if path.endswith("/") and path.startswith(f"{PREFIX}/"):
            environment["PATH_INFO"] = path.rstrip("/")
        return application(environment, start_response)

    return serve

"""The dialects that this server speaks, and the one that a request is in: nothing of any other runs for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Flask, Response, current_app, request
from flask_smorest import Api
from werkzeug.exceptions import HTTPException, InternalServerError

from app.api.atlas.resources import ATLAS
from app.api.camunda.resources import CAMUNDA
from app.api.dialect import JSON, Dialect, answer_to
from app.api.operations.resources import OPERATIONS
from app.api.process_engine.resources import PROCESS_ENGINE
from app.json_text import dump

DIALECTS = (CAMUNDA, PROCESS_ENGINE, ATLAS, OPERATIONS)
CURRENT = "errand.dialect"
"""Where the WSGI environment keeps the dialect of a request, None under the paths of none."""


class Prefixes:
    """Finds the dialect to which a path belongs."""

    def __init__(self, dialects: Sequence[Dialect]) -> None:
        self.by_prefix = {prefix.rstrip("/"): each for each in dialects for prefix in each.blueprint.prefixes}
        longest_first = sorted(self.by_prefix, key=len, reverse=True)
        self._prefix = re.compile(f"(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?=/|$)")

    def dialect_of(self, path: str) -> Dialect | None:
        """Return the dialect under whose prefix a path is."""
        found = self._prefix.match(path)
        return None if found is None else self.by_prefix[found[0]]


def speak(app: Flask, api: Api, dialects: Sequence[Dialect]) -> None:
    """Add the dialects to the application and its documentation: their routes, hooks and answers to errors."""
    for dialect in dialects:
        for blueprint in dialect.resources:
            api.register_blueprint(blueprint, url_prefix=f"{dialect.url_prefix}{blueprint.url_prefix or ''}")
        if dialect.also is not None:
            dialect.also(app)
    prefixes = Prefixes(dialects)
    _find_dialects(app, prefixes)
    app.before_request(_before)
    app.after_request(_after)
    _answer_errors(app, prefixes)


def _find_dialects(app: Flask, prefixes: Prefixes) -> None:
    application = app.wsgi_app

    def serve(environment: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environment[CURRENT] = dialect = prefixes.dialect_of(environment["PATH_INFO"])
        if dialect is not None and dialect.arrive is not None:
            dialect.arrive(environment)
        return application(environment, start_response)

    app.wsgi_app = serve  # type: ignore[assignment, method-assign]


def _before() -> None:
    dialect = request.environ.get(CURRENT)
    if dialect is not None and dialect.before is not None:
        dialect.before()


def _after(response: Response) -> Response:
    dialect = request.environ.get(CURRENT)
    return response if dialect is None or dialect.after is None else dialect.after(response)


def _answer_errors(app: Flask, prefixes: Prefixes) -> None:
    """Let each dialect answer every error under its own paths: also unknown routes, wrong methods and bodies that
    are too large, which never reach a view. Elsewhere the answer names the paths that there are."""

    def answer(error: Exception) -> Response | HTTPException:
        dialect = prefixes.dialect_of(request.path)
        if dialect is not None:
            return dialect.blueprint.render(error, answer_to(error, dialect.blueprint.error_answers))
        if not isinstance(error, HTTPException):
            current_app.logger.error("Unexpected error", exc_info=error)
            error = InternalServerError()
        if error.response is not None or error.code is None or error.code < 400:
            return error
        document = {"message": error.name, "paths": sorted(prefixes.by_prefix)}
        headers = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
        return Response(dump(document), error.code, headers, content_type=JSON)

    for kind in (HTTPException, Exception):  # flask-smorest has a handler of its own for the former
        app.register_error_handler(kind, answer)

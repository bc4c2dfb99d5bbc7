"""What all dialects share: who is calling, what may be sent and accepted, and how a refusal is answered.

A dialect is a subclass of DialectBlueprint. It says under which paths it lives, has one table of answers to errors, and
knows how to write an error's body. Nothing in this file knows any dialect.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar, cast

import orjson
from flask import Flask, Response, current_app, g, request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import (
    BadRequest,
    NotAcceptable,
    UnsupportedMediaType,
)

from app import json_text
from app.api.components import components
from app.api.http.bodies import whole_body
from app.api.http.responses import NoContent, Ready
from app.errors import InvalidInput, InvalidText, TooLarge
from app.identity import Identity
from app.json_text import MAX_BODY_DEPTH, TooDeep, dump, is_deep, may_be_deep, may_close
from app.storable import is_storable, reason_against, storable

JSON = "application/json"
PUBLIC = None
"""The claim of a route that everybody may call, without any credential."""
AUTHENTICATED = ""
"""The claim of a route that every verified identity may call."""

View = Callable[..., Any]
_UNSTORABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
"""Escapes that may stand for what no database keeps."""
MESSAGES = frozenset(("errorMessage", "errorDetails", "message", "annotation", "deleteReason"))
"""Members whose texts are for people. What cannot be kept of them is replaced by whoever keeps them."""
_BEYOND_64_BITS = re.compile(rb"\d{19}")


class InvalidBody(InvalidInput):
    """A request body that is no JSON, or that its schema refuses. `messages` are the schema's, empty for bad JSON, of
    which `reason` tells what is wrong: not every dialect may say it."""

    def __init__(self, messages: Any = None, reason: str | None = None) -> None:
        super().__init__("The request body is not what this route expects.", rule="type")
        self.messages = messages or {}
        self.reason = reason or self.messages


def identity() -> Identity:
    """Return who sent the current request."""
    return cast("Identity", g.identity)


def parse_json(data: bytes) -> Any:
    """Parse a request body strictly; integers of any size stay integers. Raises InvalidBody, TooLarge."""
    if _UNSTORABLE.search(data):
        return _parse_escapes(data)
    try:
        document = orjson.loads(data)
        if may_be_deep(data) and is_deep(document, MAX_BODY_DEPTH):
            raise _too_deep()
        return json.loads(data) if _BEYOND_64_BITS.search(data) else document
    except ValueError as error:
        if str(error).startswith("depth limit") and may_close(data):
            raise _too_deep() from None
        raise InvalidBody(reason=str(error)) from None


def _too_deep() -> TooLarge:
    return TooLarge(f"The body has more than {MAX_BODY_DEPTH} lists and objects in one another.")


def _parse_escapes(data: bytes) -> Any:
    """Parse a body with escapes of characters that no database keeps, or of pairs of surrogates, which are fine.

    Orjson would refuse half of a pair, and with it a report whose message JavaScript has cut in the middle of an emoji.
    """
    try:
        document = json_text.read(data, parse_constant=_no_number, most=MAX_BODY_DEPTH)
    except TooDeep:
        raise _too_deep() from None
    except ValueError as error:
        raise InvalidBody(reason=str(error)) from None
    _require_storable(document, "")
    return document


def _no_number(constant: str) -> Any:
    raise ValueError(constant)


def _require_storable(part: Any, place: str) -> None:
    """Refuse texts that could not be kept, but for those that are kept with a replacement."""
    if isinstance(part, str) and not is_storable(part):
        raise InvalidText(place.lstrip(".") or "The body", reason_against(part))
    if isinstance(part, list):
        for number, item in enumerate(part):
            _require_storable(item, f"{place}[{number}]")
    elif isinstance(part, dict):
        for name, member in part.items():
            _require_storable(name, f"{place}.{storable(name)}")
            if name not in MESSAGES:
                _require_storable(member, f"{place}.{name}")


def reply(document: Any, status: int = 200) -> Response:
    """Answer with JSON, as the content type that was negotiated (`application/json`, without a charset)."""
    return Ready(dump(document), status, content_type=g.get("content_type", JSON))


def no_content() -> Response:
    """Answer 204 without a body or a content type."""
    return NoContent()


class DialectBlueprint(Blueprint):  # type: ignore[misc]
    """A blueprint that speaks one dialect.

    Subclasses set `prefixes` (the paths that are theirs, also for answers to unknown routes), `error_answers` (error
    class → whatever `render` needs; looked up along the error's MRO; it ends with Exception), `error_schema` and
    `render`.
    """

    prefixes: ClassVar[tuple[str, ...]]
    error_answers: ClassVar[Mapping[type[BaseException], Any]]
    error_schema: ClassVar[Schema]

    def __init__(self, name: str, *arguments: Any, tag: str | None = None, **options: Any) -> None:
        """`tag` is the chapter of the documentation, the blueprint's name unless several blueprints fill one."""
        super().__init__(name, *arguments, **options)
        self.tag = tag or name
        self._undocumented: list[tuple[str, View, tuple[Any, ...], dict[str, Any]]] = []

    @classmethod
    def render(cls, error: BaseException, answer: Any) -> Response:
        """Write the response to `error`; `answer` is its entry in `error_answers` (or in the route's own)."""
        raise NotImplementedError

    @classmethod
    def load_body(cls, schema: Schema) -> Any:
        """Load the request's JSON body; a body of length zero is `{}`. Raises InvalidBody."""
        data = whole_body()
        return cls.load(schema, parse_json(data) if data else {})

    @classmethod
    def load(cls, schema: Schema, document: Any) -> Any:
        """Load a parsed document. Raises InvalidBody."""
        try:
            return schema.load(document)
        except ValidationError as error:
            raise InvalidBody(error.messages) from None

    def route(
        self,
        rule: str,
        *,
        claim: str | None,
        produces: str | None = JSON,
        consumes: str | None = None,
        error_answers: Mapping[type[BaseException], Any] | None = None,
        **options: Any,
    ) -> Callable[[View], View]:
        """Add a route (`options` are flask-smorest's).

        `claim` is what the caller must hold (PUBLIC, AUTHENTICATED or a claim of `app.identity`). `produces` is the
        media type that the caller must accept, None where nothing is answered. `consumes` is the media type that
        must be sent; a route with
        `arguments` consumes JSON. `error_answers` are this route's own answers, looked at before the dialect's.
        """
        register = super().route(rule, **{"tags": [self.tag], **options})

        def decorate(view: View) -> View:
            guarded = _guarded(view, claim, produces, consumes or getattr(view, "consumes", None))
            guarded.error_answers = error_answers or {}  # type: ignore[attr-defined]
            register(guarded)
            return view

        return decorate

    def arguments(self, schema: Schema, *, location: str = "json", **documentation: Any) -> Callable[[View], View]:
        """Pass the loaded body as the view's first argument. `schema` is an instance: a class would be built anew
        for every request. Other locations are only documented; the view reads them itself."""
        document = super().arguments(schema, location=location, **documentation)

        def decorate(view: View) -> View:
            if location != "json":
                return _document_later(view, document)

            @wraps(view)
            def loaded(*args: Any, **kwargs: Any) -> Any:
                return view(self.load_body(schema), *args, **kwargs)

            loaded.consumes = JSON  # type: ignore[attr-defined]
            return _document_later(loaded, document)

        return decorate

    def answers(
        self,
        status: int,
        schema: Schema | Mapping[str, Any] | None = None,
        *,
        example: Any = None,
        content_type: str | None = None,
        description: str | None = None,
        errors: Iterable[int] = (),
    ) -> Callable[[View], View]:
        """Document what a route answers: its success and the statuses of its errors. Nothing is dumped through the
        schema."""
        success = self.response(status, schema, example=example, content_type=content_type, description=description)
        failures = [self.alt_response(error, schema=self.error_schema) for error in errors]

        return lambda view: _document_later(view, success, *failures)

    def _store_endpoint_docs(self, endpoint: str, view: View, *description: Any, **options: Any) -> None:
        """Keep for later what describes a route. Flask-smorest copies every schema of a route several times, which
        would be half of the time that the server needs to start."""
        self._undocumented.append((endpoint, view, description, options))

    def register_views_in_doc(self, *arguments: Any, **options: Any) -> None:
        """Describe the routes, when somebody asks for the description. Flask-smorest's wrappers are thrown away with
        their costs: no request passes through them."""
        for endpoint, view, description, route_options in self._undocumented:
            documented = view
            for document in getattr(view, "documents", ()):
                documented = document(documented)
            super()._store_endpoint_docs(endpoint, documented, *description, **route_options)
        self._undocumented.clear()
        super().register_views_in_doc(*arguments, **options)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One dialect: the class that says its paths and errors, all its resources, and what else its requests meet.

    `arrive` is given the WSGI environment of a request before its route is looked for, `before` is called before the
    view, `after` is given the response and returns it; `also` adds routes that no resource has. All are called for
    requests under the dialect's own prefixes alone.
    """

    blueprint: type[DialectBlueprint]
    resources: Sequence[DialectBlueprint]
    url_prefix: str = ""
    arrive: Callable[[dict[str, Any]], None] | None = None
    before: Callable[[], None] | None = None
    after: Callable[[Response], Response] | None = None
    also: Callable[[Flask], object] | None = None


def _document_later(view: View, *documents: Callable[[View], View]) -> View:
    """Remember decorators of flask-smorest that describe a view, and return the view."""
    view.documents = [*getattr(view, "documents", ()), *documents]  # type: ignore[attr-defined]
    return view


def _guarded(view: View, claim: str | None, produces: str | None, consumes: str | None) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        environment = request.environ  # each look through Flask's proxies costs as much as the whole check of a path
        if claim is not PUBLIC:
            authorization, remote = environment.get("HTTP_AUTHORIZATION"), environment.get("REMOTE_ADDR")
            g.identity = caller = components.identities.authenticate(authorization, remote)
            if claim != AUTHENTICATED:
                caller.require(claim)
        if "\0" in environment["PATH_INFO"] or "%00" in environment.get("QUERY_STRING", ""):
            raise BadRequest
        if consumes not in (None, environment.get("CONTENT_TYPE")) and request.mimetype != consumes:
            raise UnsupportedMediaType
        if produces is not None:
            _negotiate(produces)
        return view(*args, **kwargs)

    return guarded


def _negotiate(produces: str) -> None:
    """Raise NotAcceptable when the caller excludes `produces`; keep the parameters (charset) that it asks for."""
    accept = request.environ.get("HTTP_ACCEPT")
    if not accept or accept in ("*/*", produces):
        return
    kind = produces.partition("/")[0]
    for wanted, quality in request.accept_mimetypes:
        base, _, parameters = wanted.partition(";")
        if quality > 0 and base.strip().lower() in (produces, f"{kind}/*", "*/*"):
            if parameters and base.strip().lower() == produces:
                g.content_type = ";".join([produces, *(part.strip() for part in parameters.split(";"))])
            return
    raise NotAcceptable


def answer_to(error: BaseException, table: Mapping[type[BaseException], Any]) -> Any:
    """Look the error up along its MRO, in the route's own answers first; what only `Exception` matches is logged.

    A body that cannot be read is no matter of the route: it is answered alike everywhere.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if isinstance(error, InvalidBody):
        current_app.logger.info("%s %s: the body was refused: %s", request.method, request.path, error.reason)
    own = {} if isinstance(error, InvalidBody) else getattr(view, "error_answers", {})
    for answers in (own, table):
        for kind in type(error).__mro__:
            if kind in answers:
                if kind is Exception:
                    current_app.logger.error("Unexpected error", exc_info=error)
                return answers[kind]
    raise LookupError(f"no answer to {type(error).__name__}") from error

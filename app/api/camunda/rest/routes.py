"""Routes in one line each: `routes_of` for a decorator, `add_route` where one view stands under several paths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response
from marshmallow import Schema

from app.api.camunda.rest.blueprint import CamundaBlueprint
from app.api.dialect import JSON
from app.identity import MANAGE_PROCESS_INSTANCES

View = Callable[..., Response]
USUAL_ERRORS = (400, 401, 403, 404, 500)


def routes_of(blueprint: CamundaBlueprint) -> Callable[..., Callable[[View], View]]:
    """Return the decorator that adds a view to the blueprint; its arguments are those of `add_route`."""

    def route(path: str, method: str = "GET", **options: Any) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            add_route(blueprint, path, view, method, **options)
            return view

        return decorate

    return route


def add_route(  # noqa: PLR0913  # what a route is, each by its name
    blueprint: CamundaBlueprint,
    path: str,
    view: View,
    method: str = "GET",
    *,
    claim: str = MANAGE_PROCESS_INSTANCES,
    answer: Schema | None = None,
    body: Schema | None = None,
    status: int | None = None,
    content_type: str | None = None,
    errors: Sequence[int] = USUAL_ERRORS,
    **options: Any,
) -> None:
    """Add one documented route. Without a `status` GET answers 200 and every other method 204 with no body."""
    success = status or (200 if method == "GET" else 204)
    options.setdefault("produces", JSON if success == 200 else None)
    documented = blueprint.answers(success, answer, content_type=content_type, errors=errors)(view)
    if body is not None:
        documented = blueprint.arguments(body)(documented)
    name = f"{view.__name__} {method} {path}".replace("/", " ").replace("<", "").replace(">", "").replace(".", " ")
    blueprint.route(path, methods=[method], claim=claim, endpoint=name, **options)(documented)

"""The blueprint of every Camunda resource: error bodies, the named form of the path, response headers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, g, request
from marshmallow import Schema, fields
from werkzeug.exceptions import MethodNotAllowed, NotFound

from app import errors
from app.api.camunda.rest.coercion import load_query
from app.api.camunda.rest.errors import ANSWERS, Answer, CamundaRefusal, invalid_request, null_pointer
from app.api.camunda.rest.migration_refusal import REPORTING, validation_report
from app.api.camunda.rest.parse_refusal import parse_details, parse_message, transform_message
from app.api.components import components
from app.api.dialect import (
    JSON,
    DialectBlueprint,
    View,
    parse_json,
)
from app.api.http.bodies import whole_body
from app.identity import ACCESS_EXTERNAL_TASKS, ADMINISTER, MANAGE_PROCESS_INSTANCES, WRITE_PROCESS_MODEL
from app.json_text import dump
from app.services.deployments.resources import is_decision_model

PREFIX = "/engine-rest"
ENGINE_NAME = "errand.engine_name"
"""Where the WSGI environment keeps the name of the engine that a path named."""
Permission = tuple[str, str]

MISSING: dict[str, list[Permission]] = {
    ACCESS_EXTERNAL_TASKS: [("UPDATE", "ProcessInstance"), ("UPDATE_INSTANCE", "ProcessDefinition")],
    "topics": [("UPDATE", "ProcessInstance"), ("UPDATE_INSTANCE", "ProcessDefinition")],
    WRITE_PROCESS_MODEL: [("CREATE", "Deployment")],
    MANAGE_PROCESS_INSTANCES: [("CREATE", "ProcessInstance"), ("UPDATE", "ProcessInstance")],
    ADMINISTER: [("ALL", "System")],
}
"""Our claim → the permissions (name, resource type) that Camunda would miss."""


class CamundaErrorSchema(Schema):
    """Camunda's error body."""

    type = fields.String(metadata={"description": "Simple name of the Java exception", "example": "RestException"})
    message = fields.String(metadata={"example": "External task with id 42 does not exist"})
    code = fields.Integer(allow_none=True, metadata={"description": "0, or null for REST-only errors", "example": 0})


class CamundaBlueprint(DialectBlueprint):
    """A resource of Camunda 7's REST API."""

    prefixes = (PREFIX,)
    error_answers = ANSWERS
    error_schema = CamundaErrorSchema()

    @classmethod
    def load_body(cls, schema: Schema) -> Any:
        """Load the body as Jackson would: a literal `null` reaches the resource and fails there, a missing one is
        `{}`."""
        data = whole_body()
        document = parse_json(data) if data else {}
        if document is None:
            raise null_pointer(getattr(schema, "null_body", "The request body is null"))
        return cls.load(schema, document)

    def query(self, schema: Schema) -> Callable[[View], View]:
        """Pass the query parameters that `schema` knows as the view's first argument."""
        document = self.arguments(schema, location="query")

        def decorate(view: View) -> View:
            documented = document(view)

            @wraps(documented)
            def loaded(*args: Any, **kwargs: Any) -> Any:
                return view(load_query(schema), *args, **kwargs)

            return loaded

        return decorate

    @classmethod
    def render(cls, error: BaseException, answer: Answer) -> Response:
        """Write the error in Camunda's words; without credentials nobody hears which routes there are."""
        if isinstance(error, NotFound | MethodNotAllowed) and "identity" not in g:
            error = _unauthenticated() or error
        if isinstance(error, CamundaRefusal):
            return _body(error.status, error.type, error.message, error.code)
        if isinstance(error, errors.Unauthenticated):
            realm = g.get("engine_name", components.settings.engine_name)
            return _without_body(401, "WWW-Authenticate", f'Basic realm="{realm}"')
        if isinstance(error, errors.Forbidden):
            return _forbidden(error)
        if isinstance(error, errors.ModelRefused):
            return _model_refused(error, answer)
        more = validation_report(error) if answer.type in REPORTING else {}
        response = _body(answer.status, answer.type, answer.message(error), answer.code, **more)
        if isinstance(error, MethodNotAllowed):
            response.allow.update(error.valid_methods or ())
        if isinstance(error, errors.Overloaded | errors.Unavailable):
            response.headers["Retry-After"] = str(error.retry_after_s)
        return response


def _model_refused(error: errors.ModelRefused, answer: Answer) -> Response:
    """Write why a file is refused; of decisions Camunda's engine says no more than that."""
    if is_decision_model(error.resource or ""):
        return _body(500, "ProcessEngineException", transform_message(error), 0, details=parse_details(error))
    return _body(answer.status, answer.type, parse_message(error), answer.code, details=parse_details(error))


def require_credentials() -> None:
    """Raise Unauthenticated unless the caller is known: for what no view answers."""
    environment = request.environ
    g.identity = components.identities.authenticate(
        environment.get("HTTP_AUTHORIZATION"), environment.get("REMOTE_ADDR")
    )


def _unauthenticated() -> errors.Unauthenticated | None:
    try:
        require_credentials()
    except errors.Unauthenticated as error:
        return error
    except (errors.Overloaded, errors.Unavailable):  # whether the credential is right stays open
        return errors.Unauthenticated("The credential was not checked.")
    return None


def _body(status: int, type: str, message: str, code: int | None, **more: Any) -> Response:
    document = {"type": type, "message": message, "code": code, **more}
    return Response(dump(document), status, content_type=JSON)


def _without_body(status: int, header: str, value: str) -> Response:
    response = Response(status=status, headers={header: value})
    response.headers.remove("Content-Type")
    return response


def _forbidden(error: errors.Forbidden) -> Response:
    user = error.details.get("user_id")
    missing = [
        {"permissionName": permission, "resourceName": resource, "resourceId": _resource_id(error, resource)}
        for permission, resource in MISSING.get(error.details.get("claim", ""), MISSING[ADMINISTER])
    ]
    texts = [_permission_text(permission) for permission in missing]
    if len(texts) == 1:
        message = f"The user with id '{user}' does not have {texts[0]}."
    else:
        message = f"The user with id '{user}' does not have one of the following permissions: {' or '.join(texts)}"
    single = missing[0] if len(missing) == 1 else dict.fromkeys(missing[0])
    return _body(403, "AuthorizationException", message, 0, userId=user, **single, missingAuthorizations=missing)


def _resource_id(error: errors.Forbidden, resource: str) -> str | None:
    """Return the id of what may not be touched, where it is one thing: a definition by its key."""
    named = {"ProcessInstance": "instance_id", "ProcessDefinition": "definition_key"}
    return error.details.get(named.get(resource, ""))


def _permission_text(missing: dict[str, str | None]) -> str:
    resource, id = missing["resourceName"], missing["resourceId"]
    named = resource if id is None else f"{id}' of type '{resource}"
    return f"'{missing['permissionName']}' permission on resource '{named}'"


def take_engine_name() -> None:
    """Look at the engine's name in a named path, before the view is called; only one engine exists. Raises
    CamundaRefusal."""
    name = request.environ.get(ENGINE_NAME)
    if name is None or request.endpoint is None:
        return
    if name == components.settings.engine_name:
        g.engine_name = name
    elif components.settings.anonymous:
        raise invalid_request("No process engine available")
    else:
        raise invalid_request(f"Process engine {name} not available", 404)


def add_headers(response: Response) -> Response:
    """Add the headers of this dialect: no caching of GET, and CORS where an origin asks for it."""
    environment = request.environ
    path, method = environment["PATH_INFO"], environment["REQUEST_METHOD"]
    if method == "OPTIONS" and not response.content_length:
        response.headers.remove("Content-Type")
    if method in ("GET", "HEAD") and not path.endswith("xml"):
        response.headers["Cache-Control"] = "no-cache"
    origin = environment.get("HTTP_ORIGIN")
    if origin:
        _add_cors(response, origin)
    return response


CORS_METHODS = "GET,POST,HEAD,OPTIONS,PUT,DELETE"
CORS_HEADERS = (
    "Origin,Accept,X-Requested-With,Content-Type,Access-Control-Request-Method,Access-Control-Request-Headers"
)


def _add_cors(response: Response, origin: str) -> None:
    allowed = components.settings.cors_origins
    if "*" not in allowed and origin not in allowed:
        return
    response.headers["Access-Control-Allow-Origin"] = "*" if "*" in allowed else origin
    if "*" not in allowed:
        response.vary.add("Origin")
    if request.method == "OPTIONS" and request.headers.get("Access-Control-Request-Method"):
        response.headers["Access-Control-Allow-Methods"] = CORS_METHODS
        response.headers["Access-Control-Allow-Headers"] = CORS_HEADERS
        response.headers["Access-Control-Max-Age"] = "1800"

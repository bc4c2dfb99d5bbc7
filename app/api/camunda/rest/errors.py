"""Camunda's words for every refusal: `{"type", "message", "code"}` and a status. The one table of this dialect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from app import errors
from app.api.dialect import InvalidBody
from app.bpmn.values import Variable

LOCK_REFUSALS = {
    "complete": "External Task {id} cannot be completed by worker '{worker}'. It is locked by worker '{owner}'.",
    "report_failure": (
        "Failure of External Task {id} cannot be reported by worker '{worker}'. It is locked by worker '{owner}'."
    ),
    "raise_bpmn_error": (
        "Bpmn error of External Task {id} cannot be reported by worker '{worker}'. It is locked by worker '{owner}'."
    ),
    "extend_lock": (
        "The lock of the External Task {id} cannot be extended by worker '{worker}''. It is locked by worker '{owner}'."
    ),
    "lock": "External Task {id} cannot be locked by worker '{worker}'. It is locked by worker '{owner}'.",
}


class CamundaRefusal(errors.ErrandError):
    """A refusal that only Camunda's REST layer knows, already in its words. `code` is an int or None (null)."""

    def __init__(self, status: int, type: str, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.type = type
        self.code = code


def invalid_request(message: str, status: int = 400) -> CamundaRefusal:
    """Make an InvalidRequestException (code null)."""
    return CamundaRefusal(status, "InvalidRequestException", message)


def rest_exception(status: int, message: str, code: int | None = None) -> CamundaRefusal:
    """Make a RestException."""
    return CamundaRefusal(status, "RestException", message, code)


def engine_exception(message: str) -> CamundaRefusal:
    """Make a ProcessEngineException: 500, code 0."""
    return CamundaRefusal(500, "ProcessEngineException", message, 0)


def null_value(message: str) -> CamundaRefusal:
    """Make a NullValueException: 500, code 0, the message is `<name> is null`."""
    return CamundaRefusal(500, "NullValueException", message, 0)


def not_valid(message: str) -> CamundaRefusal:
    """Make a NotValidException: 400, code 0."""
    return CamundaRefusal(400, "NotValidException", message, 0)


def null_pointer(message: str) -> CamundaRefusal:
    """Make a NullPointerException: 500, code null."""
    return CamundaRefusal(500, "NullPointerException", message)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one class of errors is answered. `message` makes the text of the error; its own message is the default."""

    status: int
    type: str
    code: int | None = 0
    message: Callable[[Any], str] = field(default=lambda error: str(error.message))


def _text(template: str) -> Callable[[Any], str]:
    return lambda error: template


def _unknown_task(error: Any) -> str:
    return f"External task with id {error.details['id']} does not exist"


def _lock_refusal(error: errors.LockNotOwned) -> str:
    owner = "null" if error.owner is None else error.owner
    return LOCK_REFUSALS[error.verb].format(id=error.task_id, worker=error.worker_id, owner=owner)


def _suspended(error: errors.Suspended) -> str:
    return f"ENGINE-03043 {ENTITIES.get(error.kind, error.kind)} with id '{error.id}' is suspended."


def _expired(error: errors.LockExpired) -> str:
    return f"Cannot extend a lock that expired: lockExpirationTime is not greater than or equal to {error.now_ms}"


def _engine_failed(error: errors.EngineFailed) -> str:
    return next((code for start, code in ENGINE_CODES.items() if error.message.startswith(start)), "") + error.message


def _not_propagated(error: errors.ErrorNotCaught | errors.PropagationFailed) -> str:
    return f"ENGINE-13033 Propagation of bpmn error {error.code} failed. "


def _mismatch(error: errors.CorrelationMismatch) -> str:
    if error.matches == 0:
        text = f"Cannot correlate message '{error.name}': No process definition or execution matches the parameters"
    else:
        text = (
            f"Cannot correlate a message with name '{error.name}' to a single {error.what}. "
            f"{error.matches} {error.what}s match the correlation keys: {_correlation_set(error.sought)}"
        )
    return f"org.camunda.bpm.engine.MismatchingMessageCorrelationException: {text}"


def _correlation_set(sought: Mapping[str, Any]) -> str:
    parts = {
        "businessKey": sought["business_key"],
        "processInstanceId": sought["process_instance_id"],
        "processDefinitionId": None,
        "correlationKeys": _keys(sought["keys"]),
        "localCorrelationKeys": _keys(sought["local_keys"]),
        "tenantId": sought["tenant_id"],
        "isTenantIdSet": str(sought["without_tenant"] or sought["tenant_id"] is not None).lower(),
        "isExecutionsOnly": "false",
    }
    shown = [f"{name}={'null' if value is None else value}" for name, value in parts.items()]
    return f"CorrelationSet [{', '.join(shown)}]"


def _keys(keys: Mapping[str, Any]) -> str | None:
    values = {name: value.value if isinstance(value, Variable) else value for name, value in keys.items()}
    return "{" + ", ".join(f"{name}={value}" for name, value in values.items()) + "}" if values else None


NOT_SUBSCRIBED = {
    "message": "Execution with id '{id}' does not have a subscription to a message event with name '{name}'.",
    "signal": "Execution '{id}' has not subscribed to a signal event with name '{name}'.",
}


def _not_subscribed(error: errors.NotSubscribed) -> str:
    return NOT_SUBSCRIBED[error.kind].format(id=error.execution_id, name=error.name)


def _no_plain_start(error: errors.NoPlainStart) -> str:
    return (
        f"processDefinition '{error.definition_id}' has no default start activity (e.g. none start event), hence it "
        "has to be started by one of its start events (e.g. a message)."
    )


def _numbered(number: str) -> Callable[[Any], str]:
    return lambda error: f"ENGINE-{number} {error.message}"


def _migration_mismatch(error: errors.MigrationMismatch) -> str:
    return f"ENGINE-{MIGRATION_CODES[error.what]} {error.message}"


ENTITIES = {
    "external task": "ExternalTask",
    "process definition": "Process Definition",
    "process instance": "Execution",
}
"""What is suspended → Camunda's name of it, where that is another one."""

ENGINE_CODES = {
    "No outgoing sequence flow": "ENGINE-02004 ",
    "Cannot set transient variable": "ENGINE-17006 ",
}
"""Start of a text of the engine → the number that Camunda puts before it."""

MIGRATION_CODES = {"instance": "23003", "definition": "23002", "tenants": "2309", "tenant": "23010"}
"""What does not fit a migration plan → the number that Camunda puts before it."""

BLANK_INPUTS = {"error_code": "Error Code is empty", "error_message": "Error Message is empty"}


def _invalid_input(error: errors.InvalidInput) -> str:
    return BLANK_INPUTS.get(error.field or "", error.message)


TOO_MANY = "At the moment the server has to handle too many requests at the same time. Please try again later."
INTERNAL = "The server met an unexpected condition; its log tells more."

ANSWERS: Mapping[type[BaseException], Answer] = {
    errors.Unauthenticated: Answer(401, ""),
    errors.Forbidden: Answer(403, "AuthorizationException"),
    InvalidBody: Answer(400, "InvalidRequestException", None, _text("")),
    errors.InvalidInput: Answer(500, "ProcessEngineException", 0, _invalid_input),
    errors.InvalidInstruction: Answer(400, "NotValidException"),
    errors.InvalidVariable: Answer(400, "InvalidRequestException", None),
    errors.InvalidText: Answer(400, "InvalidRequestException", None),
    errors.TooLarge: Answer(413, "InvalidRequestException", None),
    errors.InvalidKey: Answer(400, "InvalidRequestException", None),
    errors.ExternalTaskNotFound: Answer(404, "RestException", 0, _unknown_task),
    errors.TaskFinished: Answer(404, "RestException", 0, _unknown_task),
    errors.NotFound: Answer(404, "InvalidRequestException", None),
    errors.LockNotOwned: Answer(400, "RestException", 0, _lock_refusal),
    errors.LockExpired: Answer(400, "RestException", 0, _expired),
    errors.Suspended: Answer(400, "RestException", 0, _suspended),
    errors.CorrelationMismatch: Answer(400, "RestException", 0, _mismatch),
    errors.NotSubscribed: Answer(400, "BadUserRequestException", 0, _not_subscribed),
    errors.NoPlainStart: Answer(400, "BadUserRequestException", 0, _no_plain_start),
    errors.Conflict: Answer(500, "OptimisticLockingException", 1),
    errors.IdempotencyConflict: Answer(422, "InvalidRequestException", None),
    errors.MigrationPlanRefused: Answer(400, "MigrationPlanValidationException", 0, _numbered("23001")),
    errors.MigrationRefused: Answer(400, "MigratingProcessInstanceValidationException", 0, _numbered("23004")),
    errors.MigrationMismatch: Answer(500, "ProcessEngineException", 0, _migration_mismatch),
    errors.Refused: Answer(400, "BadUserRequestException", 0),
    errors.ModelRefused: Answer(400, "ParseException", 0),
    errors.FormNumberInvalid: Answer(500, "NumberFormatException", None),
    errors.ErrorNotCaught: Answer(500, "ProcessEngineException", 0, _not_propagated),
    errors.PropagationFailed: Answer(500, "ProcessEngineException", 0, _not_propagated),
    errors.EngineFailed: Answer(500, "ProcessEngineException", 0, _engine_failed),
    errors.Overloaded: Answer(429, "InvalidRequestException", None, _text(TOO_MANY)),
    errors.Unavailable: Answer(503, "InvalidRequestException", None),
    errors.ErrandError: Answer(500, "ProcessEngineException", 0),
    NotFound: Answer(404, "NotFoundException", None, _text("HTTP 404 Not Found")),
    MethodNotAllowed: Answer(405, "NotAllowedException", None, _text("HTTP 405 Method Not Allowed")),
    NotAcceptable: Answer(406, "NotAcceptableException", None, _text("HTTP 406 Not Acceptable")),
    RequestEntityTooLarge: Answer(413, "ClientErrorException", None, _text("HTTP 413 Request Entity Too Large")),
    UnsupportedMediaType: Answer(415, "NotSupportedException", None, _text("HTTP 415 Unsupported Media Type")),
    HTTPException: Answer(400, "BadRequestException", None, _text("HTTP 400 Bad Request")),
    Exception: Answer(500, "RuntimeException", None, _text(INTERNAL)),
}

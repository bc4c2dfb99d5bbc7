"""Bodies of ProcessCube's external task routes. Unknown members are ignored."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load

from app.api.five_minds.bodies import MAX_WAIT_MS, REPORTING, Body, error_token, message_field, some
from app.api.five_minds.fetching import Order
from app.api.five_minds.lenient import Count, Details, Text
from app.bpmn.plain_json import to_variables
from app.models.external_task_log import ERROR, SERVICE_ERROR
from app.records.reports import BpmnError, Completion

MAX_TOPICS = 100
_TOPIC = Text()


class Topics(fields.Field[list[str]]):
    """One topic or a list of topics."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[str]:
        topics = value if isinstance(value, list) else [value]
        if not topics or len(topics) > MAX_TOPICS:
            raise ValidationError(f"must be one topic, or a list of 1 to {MAX_TOPICS} topics")
        return [str(_TOPIC.deserialize(topic)) for topic in topics]


class AtlasFetchSchema(Body):
    """Ask for tasks of some topics. `max_tasks` 0 means as many as the server gives at once."""

    worker_id = Text(data_key="workerId", required=True, metadata={"example": "worker-1"})
    topics = Topics(data_key="topicName", required=True, metadata={"example": ["ship"]})
    max_tasks = Count(data_key="maxTasks", load_default=0, metadata={"example": 10})
    wait_ms = Count(data_key="longPollingTimeout", load_default=0, most=MAX_WAIT_MS, metadata={"example": 10000})
    lock_duration_ms = Count(data_key="lockDuration", required=True, least=1, metadata={"example": 30000})
    payload_filter = Text(
        data_key="payloadFilter", blank=True, allow_none=True, load_default=None, metadata={"example": "/urgent/i"}
    )

    @post_load
    def as_order(self, data: dict[str, Any], **_: Any) -> Order:
        """Return the order."""
        return Order(**data)


class AtlasExtensionSchema(Body):
    """Move the end of a lock to so many milliseconds from now."""

    worker_id = Text(data_key="workerId", required=True, metadata={"example": "worker-1"})
    duration_ms = Count(data_key="additionalDuration", required=True, least=1, metadata={"example": 30000})


class AtlasResultSchema(Body):
    """Finish a task with its result, any JSON value."""

    worker_id = Text(data_key="workerId", required=True, metadata={"example": "worker-1"})
    result = fields.Raw(load_default=None, allow_none=True, metadata={"example": {"shipped": True}})

    @post_load
    def as_completion(self, data: dict[str, Any], **_: Any) -> Completion:
        """Return the completion, with the result as variables."""
        return Completion(data["worker_id"], to_variables(data["result"]), **REPORTING)


class AtlasTaskErrorSchema(Body):
    """What went wrong."""

    error_code = Text(data_key="errorCode", blank=True, numbers=True, allow_none=True, load_default=None)
    error_message = message_field("none left")
    error_details = Details(data_key="errorDetails", allow_none=True, load_default=None)


class AtlasErrorReportSchema(Body):
    """End a task by an error. The clients name it `error` or `bpmnError`, on each of the three routes."""

    worker_id = Text(data_key="workerId", required=True, metadata={"example": "worker-1"})
    error = fields.Nested(AtlasTaskErrorSchema, allow_none=True, load_default=None)
    bpmn_error = fields.Nested(AtlasTaskErrorSchema, data_key="bpmnError", allow_none=True, load_default=None)

    @post_load
    def as_error(self, data: dict[str, Any], **_: Any) -> BpmnError:
        """Return the error. One without a code is a service error: a catch-all catches it."""
        error = data["error"] or data["bpmn_error"]
        if error is None:
            raise ValidationError("Missing data for required field.", "error")
        code = error["error_code"] or ""
        return BpmnError(
            data["worker_id"],
            code,
            some(error["error_message"]),
            error_details=error["error_details"],
            token_variables=error_token(code, error["error_message"]),
            outcome=ERROR if code.strip() else SERVICE_ERROR,
            **REPORTING,
        )


class AtlasTaskSchema(Schema):
    """One locked task, as documentation: answers are not dumped through it."""

    state = fields.String(metadata={"enum": ["pending", "finished", "expired"]})
    id = fields.String()
    worker_id = fields.String(data_key="workerId")
    topic = fields.String()
    is_single_try = fields.Boolean(data_key="isSingleTry")
    flow_node_instance_id = fields.String(data_key="flowNodeInstanceId")
    correlation_id = fields.String(data_key="correlationId")
    process_definition_id = fields.String(data_key="processDefinitionId")
    process_model_id = fields.String(data_key="processModelId")
    process_instance_id = fields.String(data_key="processInstanceId")
    owner_id = fields.String(data_key="ownerId")
    payload = fields.Raw()
    lock_expiration_time = fields.String(data_key="lockExpirationTime")
    created_at = fields.String(data_key="createdAt")


fetch_schema = AtlasFetchSchema()
extension_schema = AtlasExtensionSchema()
result_schema = AtlasResultSchema()
error_report_schema = AtlasErrorReportSchema()
tasks_schema = AtlasTaskSchema(many=True)

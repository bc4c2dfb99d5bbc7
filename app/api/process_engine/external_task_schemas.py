"""Bodies of the external task routes of process-engine.io. Unknown members are ignored, as the original does."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load

from app.api.five_minds.bodies import MAX_WAIT_MS, REPORTING, Body, error_token, message_field, some
from app.api.five_minds.fetching import Order
from app.api.five_minds.lenient import Count, Details, Text
from app.bpmn.plain_json import to_variables
from app.models.external_task_log import SERVICE_ERROR
from app.records.reports import BpmnError, Completion


class ProcessEngineFetchSchema(Body):
    """Ask for tasks of one topic. `max_tasks` 0 means as many as the server gives at once."""

    worker_id = Text(data_key="workerId", required=True, metadata={"example": "worker-1"})
    topic = Text(data_key="topicName", required=True, metadata={"example": "ship"})
    max_tasks = Count(data_key="maxTasks", load_default=0, metadata={"example": 10})
    wait_ms = Count(data_key="longPollingTimeout", load_default=0, most=MAX_WAIT_MS, metadata={"example": 10000})
    lock_duration_ms = Count(data_key="lockDuration", required=True, least=1, metadata={"example": 30000})

    @post_load
    def as_order(self, data: dict[str, Any], **_: Any) -> Order:
        """Return the order for one topic."""
        return Order(topics=[data.pop("topic")], **data)


class ProcessEngineExtensionSchema(Body):
    """Move the end of a lock to so many milliseconds from now."""

    worker_id = Text(data_key="workerId", required=True, metadata={"example": "worker-1"})
    duration_ms = Count(data_key="additionalDuration", required=True, least=1, metadata={"example": 30000})


class ProcessEngineResultSchema(Body):
    """Finish a task with its result, any JSON value."""

    worker_id = Text(data_key="workerId", required=True, metadata={"example": "worker-1"})
    result = fields.Raw(load_default=None, allow_none=True, metadata={"example": {"shipped": True}})

    @post_load
    def as_completion(self, data: dict[str, Any], **_: Any) -> Completion:
        """Return the completion, with the result as variables."""
        return Completion(data["worker_id"], to_variables(data["result"]), **REPORTING)


class ProcessEngineBpmnErrorSchema(Body):
    """Raise a BPMN error on a task."""

    worker_id = Text(data_key="workerId", required=True, metadata={"example": "worker-1"})
    error_code = Text(data_key="errorCode", required=True, numbers=True, metadata={"example": "OUT_OF_STOCK"})
    error_message = message_field("none left")

    @post_load
    def as_error(self, data: dict[str, Any], **_: Any) -> BpmnError:
        """Return the error, with the variables that a caught one leaves."""
        token = error_token(data["error_code"], data["error_message"])
        data["error_message"] = some(data["error_message"])
        return BpmnError(**data, token_variables=token, **REPORTING)


class ProcessEngineServiceErrorSchema(Body):
    """End a task for good by a technical error."""

    worker_id = Text(data_key="workerId", required=True, metadata={"example": "worker-1"})
    error_message = message_field("timeout")
    error_details = Details(
        data_key="errorDetails", allow_none=True, load_default=None, metadata={"example": {"host": "b"}}
    )
    error_code = Text(
        data_key="errorCode", blank=True, numbers=True, allow_none=True, load_default=None, metadata={"example": "503"}
    )

    @post_load
    def as_error(self, data: dict[str, Any], **_: Any) -> BpmnError:
        """Return the error, with the variables that a caught one leaves; no code is the empty code, which only a
        catch-all catches."""
        code = data["error_code"] or ""
        token = error_token(code, data["error_message"])
        data |= {"error_code": code, "error_message": some(data["error_message"])}
        return BpmnError(**data, token_variables=token, outcome=SERVICE_ERROR, **REPORTING)


class ProcessEngineStarterSchema(Schema):
    """Who started the process instance; never a token."""

    user_id = fields.String(data_key="userId", allow_none=True)


class ProcessEngineTaskSchema(Schema):
    """One locked task, as documentation: answers are not dumped through it."""

    state = fields.String(metadata={"enum": ["pending", "finished"]})
    id = fields.String()
    worker_id = fields.String(data_key="workerId")
    topic = fields.String()
    flow_node_instance_id = fields.String(data_key="flowNodeInstanceId")
    correlation_id = fields.String(data_key="correlationId")
    process_model_id = fields.String(data_key="processModelId")
    process_instance_id = fields.String(data_key="processInstanceId")
    identity = fields.Nested(ProcessEngineStarterSchema)
    payload = fields.Raw()
    lock_expiration_time = fields.String(data_key="lockExpirationTime")
    finished_at = fields.String(data_key="finishedAt", allow_none=True)
    created_at = fields.String(data_key="createdAt")


fetch_and_lock_schema = ProcessEngineFetchSchema()
extend_lock_schema = ProcessEngineExtensionSchema()
finish_schema = ProcessEngineResultSchema()
handle_bpmn_error_schema = ProcessEngineBpmnErrorSchema()
handle_service_error_schema = ProcessEngineServiceErrorSchema()
external_tasks_schema = ProcessEngineTaskSchema(many=True)

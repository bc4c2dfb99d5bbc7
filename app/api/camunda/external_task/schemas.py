"""What the external-task routes take, with the text of the failure for the literal body `null`; and what they
answer."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from app.api.camunda.external_task.checks import check_failure, require_error_code, require_worker
from app.api.camunda.rest.coercion import (
    JacksonBoolean,
    JacksonDate,
    JacksonInteger,
    JacksonLong,
    JacksonMap,
    JacksonObjects,
    JacksonSchema,
    JacksonString,
    JacksonStrings,
)
from app.api.camunda.rest.paging import SortingSchema
from app.api.camunda.rest.variables import JacksonVariables, LocalVariableSchema, variables_from_json
from app.models.external_task import HELD_BY
from app.records.reports import BpmnError, Completion, Failure, Report

DATE = {"example": "2015-10-06T16:34:42.000+0000"}
RETRIES_LEFT = "0 makes an incident; without it the model's failedJobRetryTimeCycle counts, without one it is 0"
VARIABLES = {"description": "Set on the process instance, or where a variable of that name is nearer"}
LOCAL_VARIABLES = {"description": "Set on the task's own scope, gone when it ends"}


def null_body(dto: str, getter: str, name: str = "dto") -> str:
    """Return the text of the NullPointerException that the getter of a missing body raises."""
    return f'Cannot invoke "org.camunda.bpm.engine.rest.dto.{dto}.{getter}()" because "{name}" is null'


def worker_id() -> JacksonString:
    """Return the field of the worker's id, which every report needs."""
    return JacksonString("workerId", metadata={"example": "worker-1", "description": "Who holds the task"})


class ReportSchema(JacksonSchema):
    """A report of a worker. Loading it gives the report, refused in the words of the route where it cannot be one."""

    worker_id = JacksonString("workerId", metadata={"example": "worker-1", "description": "Who holds the task"})

    def load(self, data: Any, **options: Any) -> Any:
        """Return the report. Raises ValidationError, CamundaRefusal."""
        return self.report(super().load(data, **options))

    def report(self, body: dict[str, Any]) -> Report:
        """Make the report of a body that has the right shape. Raises CamundaRefusal."""
        raise NotImplementedError


class CompleteSchema(ReportSchema):
    """Complete a task."""

    null_body = null_body("externaltask.CompleteExternalTaskDto", "getVariables")
    variables = JacksonVariables("variables", metadata=VARIABLES)
    local_variables = JacksonVariables("localVariables", metadata=LOCAL_VARIABLES)

    def report(self, body: dict[str, Any]) -> Completion:
        """Return the completion."""
        variables = variables_from_json(body["variables"])
        local_variables = variables_from_json(body["local_variables"])
        return Completion(require_worker(body), variables, local_variables, lock_rule=HELD_BY)


class FailureSchema(ReportSchema):
    """Report a failure."""

    null_body = null_body("externaltask.ExternalTaskFailureDto", "getWorkerId")
    error_message = JacksonString("errorMessage", metadata={"example": "The warehouse does not answer"})
    error_details = JacksonString("errorDetails", metadata={"example": "ConnectionError: timed out after 30 s"})
    retries = JacksonInteger("retries", metadata={"example": 3, "description": RETRIES_LEFT})
    retry_timeout_ms = JacksonLong("retryTimeout", metadata={"example": 60000, "description": "Milliseconds"})
    variables = JacksonVariables("variables", metadata=VARIABLES)
    local_variables = JacksonVariables("localVariables", metadata=LOCAL_VARIABLES)

    def report(self, body: dict[str, Any]) -> Failure:
        """Return the failure."""
        body["variables"] = variables_from_json(body["variables"])
        body["local_variables"] = variables_from_json(body["local_variables"])
        require_worker(body)
        check_failure(body)
        return Failure(**body, lock_rule=HELD_BY)


class BpmnErrorSchema(ReportSchema):
    """Raise a BPMN error."""

    null_body = null_body("externaltask.ExternalTaskBpmnError", "getWorkerId")
    error_code = JacksonString("errorCode", metadata={"example": "OUT_OF_STOCK"})
    error_message = JacksonString("errorMessage", metadata={"example": "Three are missing"})
    variables = JacksonVariables("variables", metadata=VARIABLES)

    def report(self, body: dict[str, Any]) -> BpmnError:
        """Return the error; what nobody catches becomes an incident."""
        body["variables"] = variables_from_json(body["variables"])
        require_worker(body)
        require_error_code(body)
        return BpmnError(**body, lock_rule=HELD_BY, policy="incident")


class LockSchema(JacksonSchema):
    """Lock one task."""

    null_body = null_body("externaltask.LockExternalTaskDto", "getWorkerId", "lockExternalTaskDto")
    worker_id = worker_id()
    duration_ms = JacksonLong("lockDuration", 0, metadata={"example": 60000, "description": "Milliseconds from now"})


class ExtendLockSchema(JacksonSchema):
    """Extend a lock."""

    null_body = null_body("externaltask.ExtendLockOnExternalTaskDto", "getWorkerId", "extendLockDto")
    worker_id = worker_id()
    duration_ms = JacksonLong("newDuration", 0, metadata={"example": 60000, "description": "Milliseconds from now"})


class RetriesSchema(JacksonSchema):
    """Set the retries of one task."""

    null_body = null_body("runtime.RetriesDto", "getRetries")
    retries = JacksonInteger("retries", metadata={"example": 3})
    due_at = JacksonDate("dueDate", metadata={"description": "Read, and without effect"})


class PrioritySchema(JacksonSchema):
    """Set the priority of one task."""

    null_body = null_body("runtime.PriorityDto", "getPriority")
    priority = JacksonLong("priority", metadata={"example": 5})


class FetchTopicSchema(JacksonSchema):
    """One topic to fetch from."""

    topic_name = JacksonString("topicName", metadata={"example": "reserve"})
    lock_duration_ms = JacksonLong("lockDuration", 0, metadata={"example": 60000})
    variables = JacksonStrings("variables", metadata={"description": "Names; null: all, []: none"})
    local_variables = JacksonBoolean("localVariables", False)
    deserialize_values = JacksonBoolean("deserializeValues", False)
    business_key = JacksonString("businessKey")
    definition_id = JacksonString("processDefinitionId")
    definition_ids = JacksonStrings("processDefinitionIdIn")
    definition_key = JacksonString("processDefinitionKey")
    definition_keys = JacksonStrings("processDefinitionKeyIn")
    version_tag = JacksonString("processDefinitionVersionTag", metadata={"description": "`%` and `_` are wildcards"})
    without_tenant = JacksonBoolean("withoutTenantId", False)
    tenant_ids = JacksonStrings("tenantIdIn")
    process_variables = JacksonMap("processVariables", metadata={"description": "Any of them equals", "example": {}})
    include_extension_properties = JacksonBoolean("includeExtensionProperties", False)


class FetchSchema(JacksonSchema):
    """Fetch and lock tasks."""

    null_body = null_body("externaltask.FetchExternalTasksExtendedDto", "getAsyncResponseTimeout")
    worker_id = worker_id()
    max_tasks = JacksonInteger("maxTasks", 0, metadata={"example": 10, "description": "Over all topics"})
    use_priority = JacksonBoolean("usePriority", False)
    wait_ms = JacksonLong("asyncResponseTimeout", metadata={"example": 30000, "description": "Long poll, ms"})
    sorting = JacksonObjects("sorting", SortingSchema())
    topics = JacksonObjects("topics", FetchTopicSchema())


class ExternalTaskSchema(Schema):
    """An external task. Every property is always there."""

    id = fields.String(metadata={"example": "0190a3c2-5a77-7c61-9d0b-2b7f6a1f4d11"})
    topicName = fields.String(metadata={"example": "reserve"})
    workerId = fields.String(allow_none=True, metadata={"description": "The last locker"})
    lockExpirationTime = fields.String(allow_none=True, metadata=DATE)
    createTime = fields.String(allow_none=True, metadata=DATE)
    retries = fields.Integer(allow_none=True, metadata={"description": "null until the first failure"})
    errorMessage = fields.String(allow_none=True)
    suspended = fields.Boolean()
    priority = fields.Integer()
    activityId = fields.String()
    activityInstanceId = fields.String()
    executionId = fields.String()
    processInstanceId = fields.String()
    processDefinitionId = fields.String()
    processDefinitionKey = fields.String()
    processDefinitionVersionTag = fields.String(allow_none=True)
    tenantId = fields.String(allow_none=True)
    businessKey = fields.String(allow_none=True)


class LockedExternalTaskSchema(ExternalTaskSchema):
    """A fetched task."""

    errorDetails = fields.String(allow_none=True)
    variables = fields.Dict(fields.String(), fields.Nested(LocalVariableSchema()))
    extensionProperties = fields.Dict(fields.String(), fields.String())

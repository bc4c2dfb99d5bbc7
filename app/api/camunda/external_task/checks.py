"""What Camunda checks of an external-task request before it looks for the task, in its order and words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.api.camunda.rest.errors import (
    CamundaRefusal,
    engine_exception,
    invalid_request,
    not_valid,
    null_pointer,
    null_value,
    rest_exception,
)
from app.api.camunda.rest.paging import NO_DIRECTION

MAX_WAIT_MS = 1_800_000


def require_worker(body: Mapping[str, Any]) -> str:
    """Return the worker's id; `""` is one. Raises CamundaRefusal."""
    worker_id: str | None = body["worker_id"]
    if worker_id is None:
        raise null_value("workerId is null")
    return worker_id


def check_failure(body: Mapping[str, Any]) -> None:
    """Refuse negative numbers of a failure. Raises CamundaRefusal."""
    if (body["retries"] or 0) < 0:
        raise engine_exception("retries is not greater than or equal to 0")
    if (body["retry_timeout_ms"] or 0) < 0:
        raise engine_exception("retryDuration is not greater than or equal to 0")


def require_error_code(body: Mapping[str, Any]) -> str:
    """Return the code of a BPMN error; a blank one is refused later, by the service. Raises CamundaRefusal."""
    error_code: str | None = body["error_code"]
    if error_code is None:
        raise null_value("errorCode is null")
    return error_code


def require_duration(body: Mapping[str, Any], name: str) -> int:
    """Return the duration of a lock in ms; `name` is Camunda's word for it. Raises CamundaRefusal."""
    duration_ms: int = body["duration_ms"]
    if duration_ms <= 0:
        raise rest_exception(400, f"{name} is not greater than 0", 0)
    return duration_ms


def require_retries(body: Mapping[str, Any]) -> int:
    """Return the new number of retries of one task. Raises CamundaRefusal."""
    retries: int | None = body["retries"]
    if retries is None:
        raise invalid_request("The number of retries cannot be null.")
    if retries < 0:
        text = "The number of retries cannot be negative: retries is not greater than or equal to 0"
        raise CamundaRefusal(400, "BadUserRequestException", text, 0)
    return retries


def require_priority(body: Mapping[str, Any]) -> int:
    """Return the new priority. Raises CamundaRefusal."""
    priority: int | None = body["priority"]
    if priority is None:
        raise null_pointer(
            'Cannot invoke "java.lang.Long.longValue()" because the return value of '
            '"org.camunda.bpm.engine.rest.dto.runtime.PriorityDto.getPriority()" is null'
        )
    return priority


def check_fetch(body: Mapping[str, Any]) -> None:
    """Refuse an impossible fetch. Raises CamundaRefusal."""
    if (body["wait_ms"] or 0) > MAX_WAIT_MS:
        text = "The asynchronous response timeout cannot be set to a value greater than 1800000 milliseconds"
        raise invalid_request(text)
    for level in body["sorting"] or ():
        _check_sorting(level or {"sort_by": None, "sort_order": None})
    require_worker(body)
    if body["max_tasks"] < 0:
        raise engine_exception("maxResults is not greater than or equal to 0")
    for topic in body["topics"] or ():
        _check_topic(topic)


def _check_sorting(level: Mapping[str, Any]) -> None:
    if level["sort_by"] is None:
        raise null_pointer('Cannot invoke "Object.hashCode()" because "key" is null')
    if level["sort_by"] != "createTime":
        raise invalid_request(f"Cannot set query sortBy parameter to value {level['sort_by']}")
    if level["sort_order"] is None:
        raise not_valid(NO_DIRECTION)
    if level["sort_order"] not in ("asc", "desc"):
        raise invalid_request(f"Cannot set query sortOrder parameter to value {level['sort_order']}")


def _check_topic(topic: Mapping[str, Any] | None) -> None:
    if topic is None:
        raise null_pointer('Cannot invoke "FetchExternalTaskTopicDto.getTopicName()" because "topicDto" is null')
    if topic["topic_name"] is None:
        raise null_value("topicName is null")
    if topic["lock_duration_ms"] <= 0:
        raise engine_exception("lockTime is not greater than 0")

"""From the words of fetchAndLock to the service's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.api.camunda.external_task.checks import check_fetch
from app.api.camunda.rest.errors import engine_exception
from app.api.components import components
from app.bpmn.values import Variable, from_python
from app.services.external_tasks.fetch_requests import TopicRequest

NO_DEFINITION = [""]
UNQUERYABLE = "Object values cannot be used to query"


def fetch_arguments(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the service's arguments. Raises CamundaRefusal."""
    check_fetch(body)
    # Of a topic that is named twice the last entry counts.
    topics = {topic["topic_name"]: topic for topic in body["topics"] or ()}
    sorting = next((level["sort_order"] for level in body["sorting"] or ()), None)
    return {
        "worker_id": body["worker_id"],
        "max_tasks": min(body["max_tasks"], components.settings.max_fetch),
        "topics": [_topic_request(topic) for topic in topics.values()],
        "use_priority": body["use_priority"],
        "sorting": sorting,
        "wait_ms": body["wait_ms"] if (body["wait_ms"] or 0) > 0 else None,
    }


def wants_parsed(body: Mapping[str, Any]) -> frozenset[str]:
    """Return the topics whose variables are to be handed out parsed."""
    return frozenset(topic["topic_name"] for topic in body["topics"] or () if topic["deserialize_values"])


def _topic_request(topic: Mapping[str, Any]) -> TopicRequest:
    return TopicRequest(
        topic=topic["topic_name"],
        lock_duration_ms=topic["lock_duration_ms"],
        variables=topic["variables"],
        local_variables=topic["local_variables"],
        business_key=topic["business_key"],
        definition_ids=_both(topic["definition_id"], topic["definition_ids"]),
        definition_keys=_both(topic["definition_key"], topic["definition_keys"]),
        version_tag=topic["version_tag"],
        without_tenant=topic["without_tenant"] and topic["tenant_ids"] is None,
        tenant_ids=topic["tenant_ids"] or None,
        process_variables=_wanted(topic["process_variables"]),
        include_extension_properties=topic["include_extension_properties"],
    )


def _both(one: str | None, several: list[str] | None) -> list[str] | None:
    """Join the two ways to name definitions: both given are an AND, which may leave none; an empty list counts for
    nothing."""
    if one is None:
        return several or None
    return [one] if not several or one in several else NO_DEFINITION


def _wanted(values: Mapping[str, Any] | None) -> dict[str, Variable]:
    wanted = {name: from_python(value) for name, value in (values or {}).items()}
    if any(variable.type == "Object" for variable in wanted.values()):
        raise engine_exception(UNQUERYABLE)
    return wanted

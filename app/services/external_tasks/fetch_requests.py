"""What a worker asks for when it fetches tasks, and what it gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.bpmn.values import Variable
from app.errors import InvalidInput
from app.identity import ACCESS_EXTERNAL_TASKS, Identity
from app.models.external_task import TaskRow
from app.services.validation import not_negative, positive, required

Sorting = Literal["asc", "desc"]
MAX_TOPICS = 100
_CONDITIONS = (
    "business_key",
    "definition_ids",
    "definition_keys",
    "version_tag",
    "without_tenant",
    "tenant_ids",
    "process_variables",
)


@dataclass(frozen=True, slots=True)
class TopicRequest:
    """Ask for tasks of one topic, locked for `lock_duration_ms`. Conditions are AND-combined; an empty list is none.

    `variables` names those to hand out (None: all, empty: none), `local_variables` only those of the task's own
    execution. `version_tag` is a LIKE pattern. `tenant_ids` wins over `without_tenant`. `process_variables` are
    OR-combined: the process instance has one of these variables with this type and value.
    """

    topic: str | None
    lock_duration_ms: int | None
    variables: Sequence[str] | None = None
    local_variables: bool = False
    business_key: str | None = None
    definition_ids: Sequence[str] | None = None
    definition_keys: Sequence[str] | None = None
    version_tag: str | None = None
    without_tenant: bool = False
    tenant_ids: Sequence[str] | None = None
    process_variables: Mapping[str, Variable | Any] = field(default_factory=dict)
    include_extension_properties: bool = False
    payload_filter: Any = None


class LockedTask(TaskRow):
    """A task that has just been locked, with the variables that its worker sees."""

    variables: dict[str, Variable]
    extension_properties: Mapping[str, str]


@dataclass(slots=True)
class FetchRequest:
    """One request for tasks; `topics` may name a topic twice, the last one counts."""

    identity: Identity
    worker_id: str | None
    max_tasks: int
    topics: Sequence[TopicRequest]
    use_priority: bool = False
    sorting: Sorting | None = None
    by_topic: dict[str, TopicRequest] = field(default_factory=dict)

    def check(self, max_fetch: int) -> None:
        """Refuse what is impossible or not allowed, cut what is too much.

        Raises Forbidden, InvalidInput, TopicForbidden.
        """
        self.identity.require(ACCESS_EXTERNAL_TASKS)
        required("worker_id", self.worker_id)
        not_negative("max_tasks", self.max_tasks)
        if len(self.topics) > MAX_TOPICS:
            raise InvalidInput(f"More than {MAX_TOPICS} topics at once.", field="topics", rule="too_long")
        for topic in self.topics:
            name = required("topic", topic.topic)
            positive("lock_duration_ms", topic.lock_duration_ms)
            self.by_topic[name] = topic
        for name in self.by_topic:
            self.identity.require_topic(name)
        self.max_tasks = min(self.max_tasks, max_fetch)

    @property
    def selective(self) -> bool:
        """Whether it may leave a task of its topics that another request would take."""
        plain = TopicRequest(None, None)
        return any(
            getattr(topic, name) != getattr(plain, name) for topic in self.by_topic.values() for name in _CONDITIONS
        )

    @property
    def topic_names(self) -> tuple[str, ...]:
        """The topics whose new tasks can answer this request: none when it asks for no task at all."""
        return tuple(self.by_topic) if self.max_tasks else ()

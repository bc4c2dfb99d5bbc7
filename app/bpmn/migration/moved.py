"""What a migration changed beside what its delta tells: the same things, elsewhere and under other names.

Everything keeps its id. What is new or gone stands in the delta, as after every run.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MovedActivity:
    """An activity instance (`id`) that goes on as another activity, inside `parent_id`."""

    id: str
    execution_id: str
    activity_id: str
    activity_name: str | None
    activity_type: str
    parent_id: str
    external_task_id: str | None = None
    user_task_id: str | None = None
    form_key: str | None = None
    """What the form of its user task is now."""


@dataclass(frozen=True, slots=True)
class NewDue:
    """When a timer is due now, and what it repeats."""

    due_at: int
    repeat: str | None


@dataclass(frozen=True, slots=True)
class MovedJob:
    """A job of a `JobKind` that waits for another activity; `new_due` None: when it waited for anyway."""

    id: str
    kind: str
    activity_id: str
    retry_cycle: str | None
    new_due: NewDue | None = None


@dataclass(frozen=True, slots=True)
class NewName:
    """What a subscription waits for now."""

    name: str | None


@dataclass(frozen=True, slots=True)
class MovedSubscription:
    """A subscription of another activity, of `execution_id`; `new_name` None: it waits for what it waited for."""

    id: str
    activity_id: str
    execution_id: str
    new_name: NewName | None = None


@dataclass(slots=True)
class Moved:
    """All that moved in one process instance, which is one of `definition_id` now.

    `execution_ids` are those that go on, whatever they are.
    """

    instance_id: str
    definition_id: str
    execution_ids: list[str] = field(default_factory=list)
    activities: list[MovedActivity] = field(default_factory=list)
    jobs: list[MovedJob] = field(default_factory=list)
    subscriptions: list[MovedSubscription] = field(default_factory=list)

"""Ids that follow from an execution's, so that the state need not hold them.

An execution, its task and its activity instance are three things, and whoever meets their ids tells them apart: the two
random bits in the variant of a UUID differ. Ids that are no UUIDs (in tests) are left as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

_MAX_LENGTH = 64
"""What Camunda's columns hold."""
_UUID_LENGTH, _VARIANT = 36, 19
_TASK = {"8": "a", "9": "b", "a": "8", "b": "9"}
_ACTIVITY_INSTANCE = {"8": "9", "9": "8", "a": "b", "b": "a"}


def task_id(execution_id: str) -> str:
    """Return the id of the task that an execution has."""
    return _sibling(execution_id, _TASK)


def execution_id(task_id: str) -> str:
    """Return the id of the execution whose task this is."""
    return _sibling(task_id, _TASK)


def activity_instance_id(activity_id: str, execution_id: str) -> str:
    """Return the id of the activity instance that an execution is: `{activity id}:{id}`, or only the id if too long."""
    own = _sibling(execution_id, _ACTIVITY_INSTANCE)
    composite = f"{activity_id}:{own}"
    return composite if len(composite) <= _MAX_LENGTH else own


def _sibling(id: str, variants: Mapping[str, str]) -> str:
    """Return another UUID made from this one, and this one from that."""
    variant = variants.get(id[_VARIANT]) if len(id) == _UUID_LENGTH else None
    return id if variant is None else f"{id[:_VARIANT]}{variant}{id[_VARIANT + 1 :]}"

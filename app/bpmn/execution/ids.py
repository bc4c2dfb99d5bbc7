"""Ids that follow from an execution's, so that the state need not hold them.

An execution, its task and its activity instance are three things, and whoever meets their ids tells them apart: the two
random bits in the variant of a UUID differ. Ids that are no UUIDs (in tests) are left as they are.
"""

from __future__ import annotations

_MAX_LENGTH = 64
"""What Camunda's columns hold."""
_UUID_LENGTH, _VARIANT, _VARIANTS = 36, 19, "89ab"


def task_id(execution_id: str) -> str:
    """Return the id of the task that an execution has."""
    return _sibling(execution_id, 2)


def execution_id(task_id: str) -> str:
    """Return the id of the execution whose task this is."""
    return _sibling(task_id, 2)


def activity_instance_id(activity_id: str, execution_id: str) -> str:
    """Return the id of the activity instance that an execution is: `{activity id}:{id}`, or only the id if too long."""
    own = _sibling(execution_id, 1)
    composite = f"{activity_id}:{own}"
    return composite if len(composite) <= _MAX_LENGTH else own


def _sibling(id: str, number: int) -> str:
    """Return another UUID made from this one, and this one from that."""
    if len(id) != _UUID_LENGTH or id[_VARIANT] not in _VARIANTS:
        return id
    return f"{id[:_VARIANT]}{_VARIANTS[_VARIANTS.index(id[_VARIANT]) ^ number]}{id[_VARIANT + 1 :]}"

"""Subprocesses of every sort: what happens inside one begins at its start event."""

from __future__ import annotations

from app.bpmn.execution.run import Run, Visit
from app.errors import EngineFailed


def start_inside(run: Run, visit: Visit) -> None:
    """Send a token to the start of a subprocess. Raises EngineFailed when it has none."""
    inner = visit.node.scope
    assert inner is not None
    if inner.start is None:
        raise EngineFailed(f"No initial activity found for subprocess {visit.node.id}: initialActivity is null")
    run.push("enter", visit.place, visit.scope.process.nodes[inner.start], None)

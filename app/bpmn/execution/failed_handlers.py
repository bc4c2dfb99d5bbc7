"""Compensation handlers that end by an error that nobody catches: as in Camunda, nobody is told."""

from __future__ import annotations

from app.bpmn.execution import tokens
from app.bpmn.execution.ending import cancel, remove
from app.bpmn.execution.run import Run
from app.bpmn.execution.state import Execution

LAST_HANDLER = [1]
"""The mark of a throwing event at which all handlers but one have failed or ended, and the latest of them failed."""


def handler_failed(run: Run, place: Execution) -> None:
    """Note that a handler ended by an error that nobody catches.

    The thrower waits for ever, unless all of several handlers end so: the last one takes the thrower's token with it.
    Below the snapshot of a parallel multi-instance body (which has counters, an empty list from now on) it counts as
    an instance: after the last one the body is left once more.
    """
    if place.kind == "activity":
        _thrower_lost_handler(run, place)
        return
    loop = place.flow_node.multi_instance
    if place.loop is None or loop is None or loop.sequential or place.parent is None:
        return
    place.loop = []
    if not place.pending and run.tree.is_empty(place):
        remove(run, place)
        tokens.go_on(run, place.parent, place.flow_node, place.flow_node.outgoing)


def _thrower_lost_handler(run: Run, thrower: Execution) -> None:
    left = len(run.tree.children(thrower))
    if left == 1:
        thrower.loop = LAST_HANDLER
    elif left == 0 and thrower.loop == LAST_HANDLER and thrower.parent is not None:
        cancel(run, thrower)
        tokens.end_scope_if_empty(run, thrower.parent)

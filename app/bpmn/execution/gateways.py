"""Gateways where tokens meet: parallel and inclusive joins, event-based gateways.

As in Camunda a join counts tokens, whichever flow they came by: a parallel one goes on with as many as it has incoming
flows, an inclusive one with as many, or as soon as no other token of the scope can reach it any more. It is looked at
again when a token ends or moves elsewhere, where Camunda would wait for ever.
"""

from __future__ import annotations

from app.bpmn.execution import conditions, events, listeners, waits
from app.bpmn.execution.run import Run, Visit
from app.bpmn.execution.state import Execution
from app.bpmn.execution.tokens import choose, complete, leave
from app.bpmn.graph import Node
from app.bpmn.vocabulary import Behaviour


def arrive_parallel(run: Run, visit: Visit) -> None:
    """Wait for the other tokens of a parallel join, or fork."""
    if len(visit.node.incoming) <= 1:
        complete(run, visit)
        return
    waiting = _waiting(run, visit.scope, visit.node)
    if len(waiting) >= len(visit.node.incoming):
        _join(run, visit.scope, visit.node, waiting)


def arrive_inclusive(run: Run, visit: Visit) -> None:
    """Wait for the tokens that can still reach an inclusive join, or fork."""
    if len(visit.node.incoming) <= 1:
        complete(run, visit)
        return
    _join_if_complete(run, visit.scope, visit.node)


def _waiting(run: Run, scope: Execution, node: Node) -> list[Execution]:
    return [e for e in run.tree.children(scope) if e.kind == "join" and e.node is node]


def _join(run: Run, scope: Execution, node: Node, waiting: list[Execution]) -> None:
    """Make one token of those that wait, and go on."""
    *others, last = waiting
    flows = choose(run, node, scope)
    for execution in others:
        visit = run.visit_of(execution)
        listeners.ended(run, visit)
        run.record_end(visit)
        run.tree.remove(execution)
    leave(run, run.visit_of(last), flows)


def _join_if_complete(run: Run, scope: Execution, node: Node) -> bool:
    waiting = _waiting(run, scope, node)
    if not waiting or (len(waiting) < len(node.incoming) and _can_be_reached(run, scope, node)):
        return False
    _join(run, scope, node, waiting)
    return True


def _can_be_reached(run: Run, scope: Execution, node: Node) -> bool:
    """Tell whether a token elsewhere in the scope, or under way in it, can still come to a join."""
    for child in run.tree.children(scope):
        if child.node is node and child.kind == "async":
            return True
        if child.node is not node and child.node is not None and child.node.id in node.upstream:
            return True
    return any(target.id in node.upstream or target is node for target in run.under_way(scope))


def fire_late_joins(run: Run) -> bool:
    """Let an inclusive join go on that nothing can reach any more; tell whether there was one."""
    scopes, run.joins_may_fire = run.joins_may_fire, {}
    for scope in scopes.values():
        for node in _inclusive_joins(run, scope):
            if _join_if_complete(run, scope, node):
                run.joins_may_fire |= scopes
                return True
    return False


def _inclusive_joins(run: Run, scope: Execution) -> list[Node]:
    if not scope.alive or scope.kind not in ("process", "scope") or not scope.process.has_inclusive_joins:
        return []
    waiting = (child.flow_node for child in run.tree.children(scope) if child.kind == "join")
    return [node for node in waiting if node.behaviour is Behaviour.INCLUSIVE]


def wait_for_first(run: Run, visit: Visit) -> None:
    """Wait for the first of the events behind an event-based gateway; a condition that holds is the first."""
    targets = [visit.scope.process.nodes[target_id] for target_id in visit.node.triggers]
    for target in targets:
        waits.wait_for(run, visit.place, target)
    for target in targets:
        if conditions.holds(run, visit.place, target):
            events.trigger(run, visit.place, target)
            return

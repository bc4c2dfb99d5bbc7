"""Compensation: what finished activities leave behind, and how it is called back.

When an activity with a handler completes, its scope gets a subscription of kind `compensate` that names the handler.
When a scope with such subscriptions completes, they move to a snapshot with a copy of its variables, and the scope
around it gets a subscription for the whole. Throwing compensation turns the subscriptions of the thrower's scope into
work below the thrower, the latest first: handlers, or snapshots that call their own handlers in turn. The thrower goes
on when nothing is left below it.
"""

from __future__ import annotations

from app.bpmn.delta import SubscriptionCreated
from app.bpmn.execution import waits
from app.bpmn.execution.ending import remove
from app.bpmn.execution.run import Run, Visit
from app.bpmn.execution.state import BODY_SUFFIX, Execution
from app.bpmn.graph import Node
from app.bpmn.states import SubscriptionKind


def subscribe_handler(run: Run, visit: Visit, handler_id: str) -> None:
    """Remember that a completed activity can be compensated by the handler of its boundary event."""
    if visit.execution is not None and visit.execution.kind == "body":
        return
    if not visit.scope.process.nodes[handler_id].behaviour.by_event:
        subscribe(run, visit.scope, handler_id)


def keep_snapshot(run: Run, execution: Execution) -> None:
    """Keep what a completed scope needs to be compensated later: its subscriptions, variables and inner snapshots."""
    node, parent = execution.flow_node, execution.parent
    assert parent is not None
    subscriptions = _subscriptions(run, execution)
    handler = None if node.compensated_by is None else execution.process.nodes[node.compensated_by]
    by_event_subprocess = execution.kind == "scope" and handler is not None and handler.behaviour.by_event
    if not subscriptions and not by_event_subprocess:
        return
    snapshot = run.add("snapshot", parent, node)
    snapshot.loop = execution.loop
    for name, variable in run.variables.locals(execution).items():
        run.variables.set_local(snapshot, name, variable)
    for id in subscriptions:
        entry = waits.unsubscribe(run, id)
        subscribe(run, snapshot, entry["n"], entry.get("s"))
    for inner in run.tree.snapshots(execution):
        run.tree.move(inner, snapshot)
    is_subprocess = handler is not None and handler.scope is not None and execution.kind == "scope"
    handler_id = handler.id if handler is not None and is_subprocess else execution.activity_id
    subscribe(run, parent, handler_id, snapshot.id)


def subscribe(run: Run, scope: Execution, handler_id: str, snapshot_id: str | None = None) -> None:
    """Let a scope remember what can be compensated in it: by a handler, or whatever a snapshot holds."""
    id = run.new_id()
    entry = {"x": scope.id, "n": handler_id, "k": SubscriptionKind.COMPENSATE}
    if snapshot_id is not None:
        entry["s"] = snapshot_id
    run.subscriptions.add(id, entry)
    run.delta.subscriptions_created.append(
        SubscriptionCreated(
            id, SubscriptionKind.COMPENSATE, None, handler_id, scope.id, scope.instance_id, scope.definition_id
        )
    )


def _subscriptions(run: Run, execution: Execution) -> list[str]:
    return run.subscriptions.of(execution.id, SubscriptionKind.COMPENSATE)


def throw(run: Run, thrower: Execution, activity_ref: str | None = None) -> bool:
    """Call back what can be compensated from a throwing event; tell whether there was anything.

    It sees the scope around it, and from an event subprocess also the scope around that. `activity_ref` narrows it
    to one activity.
    """
    scope = thrower.enclosing
    found = _subscriptions(run, scope)
    while scope.node is not None and scope.node.behaviour.by_event and scope.parent is not None:
        scope = scope.parent
        found = _subscriptions(run, scope) + found
    if activity_ref is not None:
        handler_id = _handler_id(thrower.process.nodes[activity_ref])
        found = [id for id in found if run.subscriptions.entries[id]["n"] == handler_id]
    _call_back(run, thrower, found)
    return bool(found)


def _handler_id(node: Node) -> str:
    if node.multi_instance is not None:
        return node.id + BODY_SUFFIX
    return node.compensated_by or node.id


def _call_back(run: Run, thrower: Execution, subscriptions: list[str]) -> None:
    """Start handlers below a thrower; each one goes in front of those before it, so that the latest runs first."""
    nodes = thrower.process.nodes
    for id in subscriptions:
        entry = waits.unsubscribe(run, id)
        snapshot = run.tree.get(entry["s"]) if "s" in entry else None
        handler = nodes[entry["n"].removesuffix(BODY_SUFFIX)]
        if snapshot is None:
            if "s" not in entry:
                run.push("enter", thrower, handler, None)
            continue
        run.tree.move(snapshot, thrower)
        snapshot.kind = "compensating"
        if handler.behaviour.by_event and handler is not snapshot.node:
            run.push("event subprocess", snapshot, handler, {})
        elif handler.is_for_compensation:
            run.push("enter", snapshot, handler, None)
        else:
            _call_back(run, snapshot, _subscriptions(run, snapshot))


def handler_ended(run: Run, place: Execution) -> None:
    """Go on when a handler has ended: the last one below a snapshot ends it, the last of all lets the thrower go on."""
    while place.alive and not place.pending and place.loop != [] and run.tree.is_empty(place):
        parent = place.parent
        assert parent is not None
        if place.kind != "compensating":
            run.push("complete", parent, place)
            return
        remove(run, place)
        place = parent

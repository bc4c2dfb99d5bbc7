"""Tokens: how an activity completes, which flows it is left by, and what the last token of a scope brings about."""

from __future__ import annotations

from collections.abc import Sequence

from app.bpmn.execution import compensation, conditions, listeners, multi_instance, token_values, waits
from app.bpmn.execution.ending import remove
from app.bpmn.execution.expressions import evaluate_condition
from app.bpmn.execution.mappings import map_outputs, map_outputs_anyway
from app.bpmn.execution.places import scope_at
from app.bpmn.execution.run import Run, Visit
from app.bpmn.execution.state import Execution
from app.bpmn.graph import Flow, Node
from app.bpmn.states import JobKind, TaskOutcome
from app.errors import EngineFailed


def complete(run: Run, visit: Visit) -> None:
    """Complete an activity and go on behind it.

    In Camunda's order: what compensates it is remembered, conditional events look at changed variables, the conditions
    of the flows are evaluated, the activity ends, its output parameters are mapped, the flows are taken.
    """
    node, execution = visit.node, visit.execution
    if node.compensated_by is not None:
        compensation.subscribe_handler(run, visit, node.compensated_by)
    if run.changes:
        conditions.dispatch(run, visit.place)
        if not visit.is_alive:
            note_interruption(run, visit)
            return
    if execution is not None and execution.kind in ("scope", "body"):
        token_values.left(run, execution)
        compensation.keep_snapshot(run, execution)
    if node.multi_instance is not None and execution is not None and execution.kind != "body":
        end_instance(run, visit)
    else:
        leave(run, visit, choose(run, node, visit.place))


def leave(run: Run, visit: Visit, flows: Sequence[Flow]) -> None:
    """End an activity and take flows; without any its token ends."""
    end_activity(run, visit, complete_scope=not flows)
    if not visit.scope.alive or visit.scope.epoch != visit.epoch:
        return
    go_on(run, visit.scope, visit.node, flows)


def go_on(run: Run, scope: Execution, node: Node, flows: Sequence[Flow]) -> None:
    """Take the flows behind a node that has ended, now or by a job; without any its token ends."""
    if node.async_after:
        _take_later(run, scope, node, flows)
    elif flows:
        take(run, scope, flows)
    else:
        end_token(run, scope, node)


def end_activity(run: Run, visit: Visit, *, complete_scope: bool = False, mapped_anyway: bool = False) -> None:
    """Call the listeners, end an activity in the history, map its output parameters and remove its execution."""
    listeners.ended(run, visit)
    run.record_end(visit, complete_scope=complete_scope)
    execution = visit.execution
    if execution is None:
        return
    if execution.kind != "body":
        (map_outputs_anyway if mapped_anyway else map_outputs)(run, execution, visit.node)
    remove(run, execution)
    if run.changes and not mapped_anyway:
        visit.execution = None
        conditions.dispatch(run, visit.scope)


def note_interruption(run: Run, visit: Visit) -> None:
    """Note in the history that a visit without an execution was interrupted while it lasted."""
    if visit.execution is None and visit.record is not None and visit.record.ended_at is None:
        listeners.cancelled(run, visit)
        run.record_end(visit, canceled=True)


def end_instance(run: Run, visit: Visit) -> None:
    """End one instance of a multi-instance activity."""
    assert visit.execution is not None
    run.outcomes.setdefault(visit.execution.id, TaskOutcome.COMPLETED)
    loop_variables = multi_instance.variables_of(run, visit.execution)
    end_activity(run, visit)
    loop = visit.node.multi_instance
    if loop is not None and loop.async_after and visit.scope.alive:
        waiting = run.add("async", visit.scope, visit.node)
        waits.continue_later(run, waiting, visit.node, JobKind.ASYNC_AFTER, inner=True)
        return
    if visit.scope.alive:
        multi_instance.instance_ended(run, visit.scope, loop_variables)


def choose(run: Run, node: Node, place: Execution) -> Sequence[Flow]:
    """Return the flows to leave a node by: all whose condition holds, else the default. Raises EngineFailed."""
    flows = node.outgoing
    if len(flows) == 1 and flows[0].condition is None:
        return flows
    if not flows or node.behaviour.takes_all:
        return flows
    if place.process.reads_token and node.behaviour.takes_one:
        return token_values.choose(run, node, place) or _default(node)
    scope = scope_at(run, place)
    chosen = []
    for flow in flows:
        if flow.id == node.default_flow:
            continue
        if flow.condition is None or evaluate_condition(flow.condition, scope):
            chosen.append(flow)
            if node.behaviour.takes_one:
                break
    return chosen or _default(node)


def _default(node: Node) -> Sequence[Flow]:
    default = tuple(flow for flow in node.outgoing if flow.id == node.default_flow)
    if not default:
        raise EngineFailed(
            f"No outgoing sequence flow for the element with id '{node.id}' could be selected "
            "for continuing the process.",
            activity_id=node.id,
        )
    return default


def take(run: Run, scope: Execution, flows: Sequence[Flow]) -> None:
    """Send a token along each flow; the first one runs to its wait state before the next one starts."""
    nodes = scope.process.nodes
    for flow in reversed(flows):
        run.push("enter", scope, nodes[flow.target], flow.id)


def _take_later(run: Run, scope: Execution, node: Node, flows: Sequence[Flow]) -> None:
    """Let a job take each flow, or end the token where there is none."""
    for flow in flows or (None,):
        waiting = run.add("async", scope, node)
        waiting.flow_id = None if flow is None else flow.id
        waits.continue_later(run, waiting, node, JobKind.ASYNC_AFTER)


def end_token(run: Run, scope: Execution, node: Node) -> None:
    """End a token; the last one in a scope ends the scope, a compensation handler's tells who waits for it."""
    if scope.kind not in ("activity", "compensating"):
        end_scope_if_empty(run, scope)
    elif node.is_for_compensation or node.behaviour.by_event:
        compensation.handler_ended(run, scope)


def end_scope_if_empty(run: Run, scope: Execution) -> None:
    """End a scope in which no token is left."""
    run.joins_may_fire[scope.id] = scope
    if scope.alive and not scope.pending and scope.kind in ("process", "scope") and run.tree.is_empty(scope):
        run.push("end scope", scope)

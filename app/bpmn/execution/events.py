"""What happens when an event fires: a boundary event, an event subprocess, a catching event, a gateway's event."""

from __future__ import annotations

from app.bpmn.execution import waits
from app.bpmn.execution.ending import cancel, interrupt
from app.bpmn.execution.run import Run
from app.bpmn.execution.state import Execution
from app.bpmn.graph import Node
from app.bpmn.states import SubscriptionKind
from app.bpmn.values import Variables
from app.bpmn.vocabulary import Behaviour


def trigger(run: Run, execution: Execution, node: Node, variables: Variables | None = None) -> None:
    """Let an event fire that an execution waits for or is watched by. `variables` go to the scope that it starts."""
    if node.attached_to is not None:
        fire_boundary(run, execution, node, variables)
    elif node.behaviour is Behaviour.START:
        start_event_subprocess(run, execution, node, variables)
    elif node.id == execution.flow_node.id:
        _set_local(run, execution.enclosing, variables)
        run.push("complete", execution.parent or execution, execution)
    else:
        _leave_gateway(run, execution, node, variables)


def fire_boundary(run: Run, host: Execution, node: Node, variables: Variables | None = None) -> None:
    """Leave an activity by a boundary event; an interrupting one cancels it first.

    An activity that is being compensated stands below the event that threw the compensation: that goes as well.
    """
    scope = host.parent
    assert scope is not None
    if node.interrupting:
        cancel(run, host)
        while scope.kind in ("activity", "compensating") and scope.parent is not None:
            cancel(run, scope)
            scope = scope.parent
    _set_local(run, scope, variables)
    run.push("enter", scope, node, None)


def start_event_subprocess(run: Run, scope: Execution, start: Node, variables: Variables | None = None) -> None:
    """Start the event subprocess of a start event; an interrupting one cancels what else runs in the scope."""
    subprocess = scope.process.nodes[start.scope_id]
    if start.interrupting:
        interrupt(run, scope)
    run.push("event subprocess", scope, subprocess, variables or {})


def _leave_gateway(run: Run, gateway: Execution, node: Node, variables: Variables | None) -> None:
    """Go on at the event that came first; the event-based gateway counts as cancelled, as in Camunda."""
    scope = gateway.parent
    assert scope is not None
    cancel(run, gateway)
    _set_local(run, scope, variables)
    run.push("enter", scope, node, None)


def _set_local(run: Run, execution: Execution, variables: Variables | None) -> None:
    for name, variable in (variables or {}).items():
        run.variables.set_local(execution, name, variable)


def deliver(
    run: Run,
    subscription_id: str,
    variables: Variables | None = None,
    local_variables: Variables | None = None,
    triggered_variables: Variables | None = None,
) -> None:
    """Deliver a message or signal to one subscription; variables are set first."""
    entry = run.subscriptions.entries[subscription_id]
    execution = run.find(entry["x"])
    run.variables.set_all(execution, variables or {})
    _set_local(run, execution, local_variables)
    trigger(run, execution, execution.process.nodes[entry["n"]], triggered_variables)


def throw_signal(run: Run, name: str, variables: Variables) -> None:
    """Deliver a signal to everything in this tree that waits for it now."""
    kind, entries = SubscriptionKind.SIGNAL, run.subscriptions.entries
    waiting = [id for id, entry in entries.items() if entry["k"] == kind and entry.get("e") == name]
    for id in waiting:
        if id in entries:
            deliver(run, id, variables)


def fire_timer(run: Run, job_id: str) -> None:
    """Let a timer fire; a repeating one that interrupts nothing is set again first."""
    entry = waits.remove_job(run, job_id)
    execution = run.find(entry["x"])
    node = execution.process.nodes[entry["n"]]
    if not node.interrupting:
        waits.restart_timer(run, execution, node, entry)
    trigger(run, execution, node)

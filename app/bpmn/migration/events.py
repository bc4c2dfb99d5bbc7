"""The jobs and subscriptions of one part: those that stay take the target's event, those that are missing begin."""

from __future__ import annotations

from app.bpmn.execution import waits
from app.bpmn.execution.expressions import evaluate_text
from app.bpmn.execution.order import as_set_up
from app.bpmn.execution.places import scope_at
from app.bpmn.execution.run import Run
from app.bpmn.execution.state import Execution
from app.bpmn.graph import Node
from app.bpmn.migration.moved import Moved, MovedJob, MovedSubscription, NewDue, NewName
from app.bpmn.migration.parts import Matcher, Part
from app.bpmn.states import JobKind, SubscriptionKind


def move_events(run: Run, part: Part, matcher: Matcher, moved: Moved) -> None:
    """Move what waits for a part, and start what the new process waits for there besides."""
    covered = _move_timers(run, part, matcher, moved) | _fired_timers(part, matcher)
    subscribed = _move_subscriptions(run, part, matcher, moved)
    assert part.target is not None
    for node in as_set_up(matcher.target.waited_for(part.target)):
        if node.event.timer is not None and node.id not in covered:
            waits.start_timer(run, part.execution, node)
        elif node.event.timer is None and node.id not in subscribed:
            waits.subscribe(run, part.execution, node)


def _event(matcher: Matcher, id: str) -> tuple[Node, bool]:
    """Return the event that another becomes, and whether it is given the new trigger."""
    source = matcher.source.get(id)
    instruction = None if source is None else matcher.instruction(source)
    target = matcher.target_of(instruction)
    assert target is not None
    assert instruction is not None
    return target.flow_node, instruction.update_event_trigger


def _move_timers(run: Run, part: Part, matcher: Matcher, moved: Moved) -> set[str]:
    covered = set()
    for id in run.jobs.of(part.execution.id):
        entry = run.jobs.entries[id]
        if entry["k"] == JobKind.TIMER:
            node, update = _event(matcher, entry["n"])
            covered.add(node.id)
            due = _new_due(run, part.execution, node) if update else None
            changes = {} if due is None else {"due": due.due_at, "repeat": due.repeat}
            run.jobs.change(id, n=node.id, **changes)
            cycle = evaluate_text(node.retry_cycle, scope_at(run, part.execution))
            moved.jobs.append(MovedJob(id, entry["k"], node.id, cycle, due))
    return covered


def _new_due(run: Run, execution: Execution, node: Node) -> NewDue:
    due = waits.due_of(run, execution, node)
    return NewDue(due.due_at, due.repeat)


def _fired_timers(part: Part, matcher: Matcher) -> set[str]:
    """Return the boundary timers that interrupt nothing and waited before under another name: they have fired."""
    timers = (node for node in matcher.source.waited_for(part.source) if node.event.timer is not None)
    became = (matcher.target_of(matcher.instruction(matcher.source.of(node))) for node in timers)
    nodes = [target.flow_node for target in became if target is not None]
    return {node.id for node in nodes if node.attached_to is not None and not node.interrupting}


def _move_subscriptions(run: Run, part: Part, matcher: Matcher, moved: Moved) -> set[str]:
    covered = set()
    for id in run.subscriptions.of(part.execution.id):
        entry = run.subscriptions.entries[id]
        if entry["k"] != SubscriptionKind.COMPENSATE:
            node, update = _event(matcher, entry["n"])
            covered.add(node.id)
            name = NewName(evaluate_text(node.event.name, scope_at(run, part.execution))) if update else None
            changes = {} if name is None else {"e": name.name}
            run.subscriptions.change(id, n=node.id, **changes)
            moved.subscriptions.append(MovedSubscription(id, node.id, part.execution.id, name))
    return covered

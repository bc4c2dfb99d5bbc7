"""The first half of a migration, under the old model: what is not mapped goes, the innermost first.

A scope that goes leaves what is inside it to the scope around it. Its listeners of the end are called, its output
parameters are mapped, and the history shows it as cancelled. Jobs and subscriptions of events that are not mapped go
as well.
"""

from __future__ import annotations

from app.bpmn.execution import listeners, waits
from app.bpmn.execution.ending import remove
from app.bpmn.execution.mappings import map_outputs
from app.bpmn.execution.run import Run
from app.bpmn.migration.parts import Matcher, Part, walk
from app.bpmn.states import JobKind, SubscriptionKind, TaskOutcome


def remove_unmapped(run: Run, root: Part, matcher: Matcher, *, skip_listeners: bool = False) -> None:
    """Take out the parts, jobs and subscriptions that have no place in the new process. Raises EngineFailed."""
    for part, around in reversed(list(walk(root))):
        if part.target is not None:
            _remove_unmapped_events(run, part, matcher)
        elif around is not None:
            _hand_over(run, part, around)
            _remove(run, part, skip_listeners)


def _hand_over(run: Run, part: Part, around: Part) -> None:
    """Give what is inside a part to the part around it, in its place."""
    position = around.children.index(part)
    around.children[position : position + 1] = part.children
    around.handlers.extend(part.handlers)
    for child in part.children:
        run.tree.move(child.execution, around.execution)
    handlers = [*part.handlers, *(child.handler for child in part.children if child.handler is not None)]
    for handler in handlers:
        run.subscriptions.change(handler.id, x=around.execution.id)


def _remove(run: Run, part: Part, skip_listeners: bool) -> None:
    if part.handler is not None:
        waits.unsubscribe(run, part.handler.id)
        run.variables.ended(part.execution)
        run.tree.remove(part.execution)
        return
    visit = run.visit_of(part.execution)
    if part.execution.kind == "scope" and not skip_listeners:
        listeners.ended(run, visit)
    run.record_end(visit, canceled=True)
    if part.execution.kind == "scope":
        map_outputs(run, part.execution, part.execution.flow_node)
    remove(run, part.execution, TaskOutcome.CANCELLED)


def _remove_unmapped_events(run: Run, part: Part, matcher: Matcher) -> None:
    if part.kind != "activity":
        return
    for id in run.jobs.of(part.execution.id):
        entry = run.jobs.entries[id]
        if entry["k"] == JobKind.TIMER and not stays(entry["n"], part, matcher, JobKind.TIMER):
            waits.remove_job(run, id)
    for id in run.subscriptions.of(part.execution.id):
        entry = run.subscriptions.entries[id]
        if entry["k"] != SubscriptionKind.COMPENSATE and not stays(entry["n"], part, matcher, entry["k"]):
            waits.unsubscribe(run, id)


def stays(event_id: str, part: Part, matcher: Matcher, kind: str) -> bool:
    """Tell whether the job or subscription of an event goes on waiting after the migration of its part.

    One that is to be given the target's trigger goes when that is of another kind (Camunda answers 500).
    """
    event = matcher.source.get(event_id)
    instruction = None if event is None else matcher.instruction(event)
    target = matcher.target_of(instruction)
    if target is None or instruction is None or matcher.target.event_scope(target) is not part.target:
        return False
    return not instruction.update_event_trigger or target.flow_node.event.type == kind

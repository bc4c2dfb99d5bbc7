"""The second half of a migration, under the new model: what is mapped takes its new place, the outermost first.

Scopes that are new around a part begin, once for all parts of one scope that need them; what finished scopes left for
their compensation gets new scopes of its own. Events that are new begin to wait. Source: the visitors and walkers of
`org.camunda.bpm.engine.impl.migration.instance` of Camunda 7.24.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.bpmn.execution import listeners, waits
from app.bpmn.execution.compensation import subscribe
from app.bpmn.execution.expressions import evaluate_text
from app.bpmn.execution.ids import task_id
from app.bpmn.execution.mappings import map_inputs
from app.bpmn.execution.places import scope_at
from app.bpmn.execution.run import Run, Visit
from app.bpmn.execution.state import Execution
from app.bpmn.expressions import Expression
from app.bpmn.migration.activities import Activities, Activity
from app.bpmn.migration.events import move_events
from app.bpmn.migration.moved import Moved, MovedActivity, MovedJob, MovedSubscription
from app.bpmn.migration.parts import Handler, Matcher, Part
from app.bpmn.states import JobKind
from app.bpmn.vocabulary import Behaviour

Branch = dict[Activity, Execution]
"""The scopes of the new process around a part, by activity."""


@dataclass(slots=True)
class _Around:
    """Where the parts inside a scope find their scopes: those that run, and those that can be compensated."""

    running: Branch = field(default_factory=dict)
    finished: Branch = field(default_factory=dict)

    def inside(self, scope: Activity, execution: Execution) -> _Around:
        return _Around({**self.running, scope: execution}, {**self.finished, scope: execution})


class Mover:
    """Move the parts of one instance."""

    def __init__(self, run: Run, matcher: Matcher, moved: Moved, *, skip_listeners: bool = False) -> None:
        self.run = run
        self.skip_listeners = skip_listeners
        self.target: Activities = matcher.target
        self.matcher = matcher
        self.moved = moved

    def move(self, root: Part) -> None:
        """Move an instance with all that is in it. Raises EngineFailed, ExpressionFailed."""
        root.execution.process, root.execution.definition_id = self.target.process, self.target.definition_id
        self.moved.execution_ids.append(root.execution.id)
        move_events(self.run, root, self.matcher, self.moved)
        pending = [(root, _Around().inside(self.target.root, root.execution))]
        while pending:
            part, around = pending.pop()
            for handler in part.handlers:
                self._move_handler(handler, part, around.finished)
            for child in part.children:
                self._move_part(child, part, around)
                if child.target is not None:
                    pending.append((child, around.inside(child.target, child.execution)))

    def _move_part(self, part: Part, parent: Part, around: _Around) -> None:
        assert part.target is not None
        scope = self.target.flow_scope(part.target)
        assert scope is not None
        if scope is not parent.target:
            branch = around.finished if part.kind == "snapshot" else around.running
            self.run.tree.move(part.execution, self._scope(scope, branch, finished=part.kind == "snapshot"))
        self._rename(part.execution, part.target)
        self.moved.execution_ids.append(part.execution.id)
        if part.execution.kind != "async" and part.kind != "snapshot":
            self.moved.activities.append(moved_activity(self.run, part.execution))
        if part.kind == "activity":
            move_events(self.run, part, self.matcher, self.moved)
        elif part.handler is not None:
            self._move_subscription(part.handler, part.execution.parent)
        else:
            self._move_continuation(part.execution, part.target)

    def _rename(self, execution: Execution, target: Activity) -> None:
        before = execution.began_as or execution.activity_id
        execution.process, execution.definition_id = self.target.process, self.target.definition_id
        execution.node = target.flow_node
        execution.began_as = None if execution.activity_id == before else before

    def _scope(self, scope: Activity, branch: Branch, *, finished: bool) -> Execution:
        """Return the execution of a scope around a part; missing ones are made, outer ones first."""
        missing = []
        current: Activity | None = scope
        while current is not None and current not in branch:
            missing.append(current)
            current = self.target.flow_scope(current)
        assert current is not None
        execution = branch[current]
        for activity in reversed(missing):
            make = self._make_snapshot if finished else self._begin_scope
            execution = branch[activity] = make(execution, activity)
        return execution

    def _begin_scope(self, parent: Execution, activity: Activity) -> Execution:
        """Begin a subprocess without a token at its start event."""
        run, node = self.run, activity.flow_node
        execution = run.add("scope", parent, node)
        visit = Visit(node, parent, execution, execution.activity_instance_id)
        run.record_begin(visit)
        waits.open_subscriptions(run, execution)
        map_inputs(run, execution, node)
        waits.open_timers(run, execution)
        if not self.skip_listeners:
            listeners.begun(run, visit)
        return execution

    def _make_snapshot(self, parent: Execution, activity: Activity) -> Execution:
        """Make what a scope would have left for its compensation, had there been one."""
        snapshot = self.run.add("snapshot", parent, activity.flow_node)
        subscribe(self.run, parent, activity.id, snapshot.id)
        return snapshot

    def _move_handler(self, handler: Handler, parent: Part, branch: Branch) -> None:
        scope = None if handler.target is None else self.target.flow_scope(handler.target)
        execution = parent.execution
        if scope is not None and scope is not parent.target:
            execution = self._scope(scope, branch, finished=True)
        self._move_subscription(handler, execution)

    def _move_subscription(self, handler: Handler, execution: Execution | None) -> None:
        """Hang a subscription for compensation where its activity has gone; one without a handler has no purpose."""
        if handler.target is None or execution is None:
            waits.unsubscribe(self.run, handler.id)
            return
        self.run.subscriptions.change(handler.id, x=execution.id, n=handler.target.id)
        self.moved.subscriptions.append(MovedSubscription(handler.id, handler.target.id, execution.id))

    def _move_continuation(self, execution: Execution, target: Activity) -> None:
        outgoing = target.flow_node.outgoing
        for id in self.run.jobs.of(execution.id):
            entry = self.run.jobs.entries[id]
            if entry["k"] == JobKind.ASYNC_AFTER and len(outgoing) < 2:
                execution.flow_id = outgoing[0].id if outgoing else None
            self.run.jobs.change(id, n=target.flow_node.id)
            cycle = evaluate_text(retry_cycle(target), scope_at(self.run, execution))
            self.moved.jobs.append(MovedJob(id, entry["k"], target.flow_node.id, cycle))


def retry_cycle(activity: Activity) -> Expression | None:
    """Return how often a job of an activity is tried; the inner one of a body has its own."""
    loop = None if activity.is_body else activity.flow_node.multi_instance
    return activity.flow_node.retry_cycle if loop is None else loop.retry_cycle


def moved_activity(run: Run, execution: Execution) -> MovedActivity:
    """Return what an activity instance is now."""
    node = execution.flow_node
    is_body = execution.kind == "body"
    task = task_id(execution.id) if execution.kind == "activity" else None
    form_key = None if node.user is None or is_body else evaluate_text(node.user.form_key, scope_at(run, execution))
    return MovedActivity(
        execution.activity_instance_id,
        execution.id,
        execution.activity_id,
        node.name,
        "multiInstanceBody" if is_body else node.type,
        execution.enclosing.activity_instance_id,
        task if node.behaviour is Behaviour.EXTERNAL else None,
        task if node.behaviour is Behaviour.USER else None,
        form_key,
    )

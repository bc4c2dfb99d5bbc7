"""Listeners: what a model calculates when an activity or a process begins or ends, and on sequence flows."""

from __future__ import annotations

from collections.abc import Iterable

from app.bpmn.delta import Remark, UserTaskCreated
from app.bpmn.execution.expressions import evaluate
from app.bpmn.execution.hosts import TaskHost
from app.bpmn.execution.ids import task_id
from app.bpmn.execution.places import PlaceScope, scope_of
from app.bpmn.execution.run import Run, Visit
from app.bpmn.execution.scripts import ScriptThrew
from app.bpmn.execution.state import Execution
from app.bpmn.graph import Code
from app.bpmn.scripts import ThrownError
from app.errors import EngineFailed


class ActivityThrew(Exception):
    """A script of an activity threw a BPMN error: whoever does the steps lets the model catch it."""

    def __init__(self, visit: Visit, thrown: ThrownError) -> None:
        super().__init__(thrown.code)
        self.visit = visit
        self.thrown = thrown


def call(codes: Iterable[Code], scope: PlaceScope, visit: Visit) -> None:
    """Evaluate listeners one after the other. Raises ActivityThrew, EngineFailed."""
    try:
        for code in codes:
            evaluate(code, scope)
    except ScriptThrew as error:
        raise ActivityThrew(visit, error.thrown) from error


def begun(run: Run, visit: Visit) -> None:
    """Call the listeners of the beginning of an activity."""
    if visit.node.listeners is not None:
        call(visit.node.listeners.start, scope_of(run, visit, "start"), visit)


def ended(run: Run, visit: Visit) -> None:
    """Call the listeners of the end of an activity, once; those of a multi-instance one belong to its instances."""
    is_body = visit.execution is not None and visit.execution.kind == "body"
    if visit.node.listeners is not None and not is_body and visit.id not in run.heard:
        run.heard.add(visit.id)
        call(visit.node.listeners.end, scope_of(run, visit, "end"), visit)


def cancelled(run: Run, visit: Visit) -> None:
    """Call the listeners of the end of an activity that is cancelled; one that fails does not keep it."""
    if visit.node.listeners is None and visit.node.user is None:
        return
    try:
        of_open_task(run, visit, "delete")
        ended(run, visit)
    except (ActivityThrew, EngineFailed) as error:
        text = f"A listener of the end of '{visit.node.id}' was skipped: {error}"
        run.delta.remarks.append(Remark("listener skipped", visit.node.id, visit.scope.instance_id, text))


def of_task(run: Run, visit: Visit, task: UserTaskCreated, event: str) -> None:
    """Call the listeners of an event of a user task."""
    user = visit.node.user
    if user is not None and (codes := user.listeners.get(event)):
        host = TaskHost(run, visit.place, task, event)
        call(codes, PlaceScope(run, visit.place, objects={"task": host}, node=visit.node, event=event), visit)


def of_open_task(run: Run, visit: Visit, event: str) -> None:
    """Call the listeners of an event of a user task that is open since an earlier run, or since this one."""
    user = visit.node.user
    if user is not None and event in user.listeners:
        of_task(run, visit, _open_task(run, visit), event)


def _open_task(run: Run, visit: Visit) -> UserTaskCreated:
    id = task_id(visit.place.id)
    known = next((task for task in run.delta.user_tasks_created if task.id == id), None)
    place = visit.place
    new = UserTaskCreated(
        id, visit.node.name, visit.node.id, visit.id, place.id, place.instance_id, place.definition_id
    )
    return known or run.context.load_user_task(new)


def taken(run: Run, scope: Execution, flow_id: str) -> None:
    """Call the listeners of a sequence flow that is taken."""
    found = scope.process.take_listeners.get(flow_id)
    if found is not None:
        visit = Visit(scope.process.nodes[found.source], scope, None, flow_id)
        call(found.codes, scope_of(run, visit, "take"), visit)


def instance_begun(run: Run, instance: Execution, start_id: str) -> None:
    """Call the listeners of the beginning of a process instance; nothing is there yet that could catch an error."""
    if instance.process.listeners is not None:
        scope = PlaceScope(run, instance, node=instance.process.nodes[start_id], event="start")
        for code in instance.process.listeners.start:
            evaluate(code, scope)


def instance_ended(run: Run, instance: Execution) -> None:
    """Call the listeners of the end of a process instance; nothing is left in it that could catch an error."""
    if instance.process.listeners is not None and instance.id not in run.heard:
        run.heard.add(instance.id)
        for code in instance.process.listeners.end:
            evaluate(code, PlaceScope(run, instance, event="end"))

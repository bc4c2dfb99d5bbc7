"""Nodes that wait for somebody, and scripts."""

from __future__ import annotations

from typing import Any

from app.bpmn.delta import ExternalTaskCreated, UserTaskCreated
from app.bpmn.execution import conditions, listeners, token_values, waits
from app.bpmn.execution.expressions import evaluate_text, evaluate_variable
from app.bpmn.execution.ids import task_id
from app.bpmn.execution.listeners import ActivityThrew
from app.bpmn.execution.places import PlaceScope, scope_at, scope_of
from app.bpmn.execution.priorities import evaluate_priority, whole_priority
from app.bpmn.execution.run import Run, Visit
from app.bpmn.execution.scripts import ScriptThrew
from app.bpmn.execution.tokens import complete
from app.bpmn.expressions import Expression, Instant, to_text
from app.bpmn.graph import Code
from app.bpmn.scripts import Script, ScriptFailed, ScriptTooLong, ThrownError
from app.bpmn.values import Variable
from app.bpmn.vocabulary import Behaviour


def offer_external_task(run: Run, visit: Visit) -> None:
    """Offer an external task to the workers of its topic."""
    node, place = visit.node, visit.place
    assert node.external is not None
    priority = node.external.priority or place.process.task_priority
    scope = scope_at(run, place)
    run.delta.tasks_created.append(
        ExternalTaskCreated(
            task_id(place.id),
            _topic(run, visit, scope),
            evaluate_priority(priority, scope),
            node.id,
            visit.id,
            place.id,
            place.instance_id,
            place.definition_id,
        )
    )


def _topic(run: Run, visit: Visit, scope: PlaceScope) -> str:
    """Return the topic; one of 5Minds that reads the token is calculated."""
    assert visit.node.external is not None
    topic = visit.node.external.topic
    if not topic.is_literal:
        return evaluate_text(topic, scope) or ""
    if visit.place.process.reads_token and "token." in topic.text:
        script = Script(f"return {topic.text}", of_token=True)
        return to_text(token_values.calculated(run, script, visit.place, visit.node))
    return topic.text


def offer_user_task(run: Run, visit: Visit) -> None:
    """Put a user task on the list of its assignee or candidates."""
    node, place = visit.node, visit.place
    user = node.user
    assert user is not None
    scope = scope_at(run, place)
    task = UserTaskCreated(
        task_id(place.id),
        evaluate_text(user.name, scope),
        node.id,
        visit.id,
        place.id,
        place.instance_id,
        place.definition_id,
        assignee=evaluate_text(user.assignee, scope),
        candidate_users=_names(user.candidate_users, scope),
        candidate_groups=_names(user.candidate_groups, scope),
        due_date=_date(user.due_date, scope),
        follow_up_date=_date(user.follow_up_date, scope),
        priority=50 if user.priority is None else whole_priority(user.priority, scope),
        form_key=evaluate_text(user.form_key, scope),
        description=evaluate_text(user.description, scope),
    )
    run.delta.user_tasks_created.append(task)
    if user.listeners:
        listeners.of_task(run, visit, task, "create")
        if task.assignee is not None:
            listeners.of_task(run, visit, task, "assignment")
    record = run.record_of(place)
    if record is not None:
        record.task_id = task.id
        record.assignee = task.assignee


def _names(expression: Expression | None, scope: PlaceScope) -> tuple[str, ...]:
    """Return names from a text with commas or from a list."""
    if expression is None:
        return ()
    value: Any = expression.evaluate(scope)
    names = value if isinstance(value, list | tuple) else to_text(value).split(",")
    return tuple(name for name in (to_text(name).strip() for name in names) if name)


def _date(expression: Expression | None, scope: PlaceScope) -> str | None:
    if expression is None:
        return None
    value = expression.evaluate(scope)
    if value is None:
        return None
    return value.isoformat() if isinstance(value, Instant) else to_text(value)


def run_script(run: Run, visit: Visit) -> None:
    """Evaluate a script task or the expression of a service task into its result variable, and go on.

    The null of a script sets nothing, that of an expression does, as in Camunda.
    """
    node = visit.node
    if isinstance(node.script, Script) and node.script.of_token:
        token_values.became(run, visit.place, node, _made_of_token(run, visit, node.script))
    elif node.script is not None:
        result = _calculated(run, visit, node.script)
        keeps_null = node.behaviour is Behaviour.EXPRESSION
        if node.result_variable is not None and (keeps_null or result.value is not None):
            run.variables.set(visit.place, node.result_variable, result)
    complete(run, visit)


def _made_of_token(run: Run, visit: Visit, script: Script) -> Any:
    """Call the function of a script task of 5Minds; what it throws is an error that boundary events catch."""
    try:
        return token_values.calculated(run, script, visit.place, visit.node)
    except ScriptTooLong:
        raise
    except ScriptFailed as error:
        name, colon, said = error.message.partition(": ")
        thrown = ThrownError(name, said) if colon else ThrownError("Error", error.message)
        raise ActivityThrew(visit, thrown) from error


def _calculated(run: Run, visit: Visit, code: Code) -> Variable:
    try:
        return evaluate_variable(code, scope_of(run, visit))
    except ScriptThrew as error:
        raise ActivityThrew(visit, error.thrown) from error


def wait_for_message(run: Run, visit: Visit) -> None:
    """Let a receive task wait for its message; without one it waits to be signalled."""
    waits.wait_for(run, visit.place, visit.node)


def catch(run: Run, visit: Visit) -> None:
    """Let an intermediate event wait; behind an event-based gateway it has happened already."""
    node = visit.node
    if node.after_event_gateway or node.event.type.jumps:
        complete(run, visit)
        return
    waits.wait_for(run, visit.place, node)
    if conditions.holds(run, visit.place, node):
        complete(run, visit)

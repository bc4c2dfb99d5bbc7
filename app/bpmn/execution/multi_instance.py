"""Multi-instance activities: a body around the instances, with Camunda's counters as variables."""

from __future__ import annotations

from typing import Any

from app.bpmn.execution import conditions, waits
from app.bpmn.execution.ending import cancel
from app.bpmn.execution.expressions import evaluate_condition
from app.bpmn.execution.hosts import to_variable
from app.bpmn.execution.places import PlaceScope, scope_at
from app.bpmn.execution.run import Run
from app.bpmn.execution.state import Execution
from app.bpmn.expressions import to_number
from app.bpmn.graph import MultiInstance, Node
from app.bpmn.states import JobKind
from app.bpmn.values import Variable, Variables
from app.bpmn.vocabulary import Behaviour
from app.errors import EngineFailed

MAX_INSTANCES = 100_000
TOTAL, COMPLETED, ACTIVE, NEXT = range(4)
_WITHOUT_SCOPE = (Behaviour.USER, Behaviour.CALL)
"""What has no execution of its own in Camunda, which then does not look at the counters at the end of a sequence."""
_COUNTERS = ("nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances")


def open_body(run: Run, body: Execution) -> bool:
    """Start the instances of a body that has begun; tell whether there are any. Raises EngineFailed."""
    loop = _loop(body)
    total = _count(run, body, loop)
    if total == 0:
        return False
    body.loop = [total, 0, 1 if loop.sequential else total, 0]
    for position, name in enumerate(_COUNTERS):
        _set_counter(run, body, position, name)
    items = None if loop.sequential else _items(run, body, loop)
    if loop.sequential:
        run.push("next instance", body, None)
        return True
    body.loop[NEXT] = total
    for index in reversed(range(total)):
        run.push("next instance", body, _instance_variables(loop, index, items))
    return True


def _loop(body: Execution) -> MultiInstance:
    loop = body.flow_node.multi_instance
    assert loop is not None
    return loop


def _count(run: Run, body: Execution, loop: MultiInstance) -> int:
    if loop.cardinality is not None:
        total = int(to_number(loop.cardinality.evaluate(scope_at(run, body))))
    else:
        items = _items(run, body, loop)
        total = 0 if items is None else len(items)
    if total < 0:
        raise EngineFailed(
            f"Invalid number of instances of '{body.flow_node.id}': must be a positive integer value or zero."
        )
    if total > MAX_INSTANCES:
        raise EngineFailed(f"'{body.flow_node.id}' asks for {total} instances; at most {MAX_INSTANCES} are allowed.")
    return total


def _items(run: Run, body: Execution, loop: MultiInstance) -> list[Any] | None:
    """Return the collection, None when only a number was given. Raises EngineFailed when it is none."""
    if loop.collection is None:
        return None
    value = loop.collection.evaluate(scope_at(run, body))
    if not isinstance(value, list | tuple):
        raise EngineFailed(f"Variable '{loop.collection.text}' is not from type 'Collection'.")
    return list(value)


def _instance_variables(loop: MultiInstance, index: int, items: list[Any] | None) -> Variables:
    variables = {"loopCounter": Variable("Integer", index)}
    if loop.element_variable is not None and items is not None:
        if index >= len(items):
            raise EngineFailed(
                f"The collection '{loop.collection and loop.collection.text}' has no item {index} any more."
            )
        variables[loop.element_variable] = to_variable(items[index])
    return variables


def next_variables(run: Run, body: Execution) -> None:
    """Set the variables of the next sequential instance, on the body as Camunda does."""
    loop = _loop(body)
    assert body.loop is not None
    index = body.loop[NEXT]
    body.loop[NEXT] = index + 1
    for name, variable in _instance_variables(loop, index, _items(run, body, loop)).items():
        run.variables.set_local(body, name, variable)


def variables_of(run: Run, instance: Execution) -> Variables:
    """Return the variables of a parallel instance that the completion condition may use after it has ended."""
    loop = instance.flow_node.multi_instance
    if loop is None or loop.sequential or loop.completion_condition is None:
        return {}
    names = ("loopCounter", loop.element_variable)
    found = {name: run.variables.local(instance, name) for name in names if name is not None}
    return {name: variable for name, variable in found.items() if variable is not None}


def instance_ended(run: Run, body: Execution, variables: Variables) -> None:
    """Count an instance; complete the body after the last one or when its completion condition holds."""
    loop, counters = _loop(body), body.loop
    assert counters is not None
    assert body.parent is not None
    counters[COMPLETED] += 1
    _set_counter(run, body, COMPLETED, _COUNTERS[COMPLETED])
    if not loop.sequential:
        counters[ACTIVE] -= 1
        _set_counter(run, body, ACTIVE, _COUNTERS[ACTIVE])
    everything_ended = counters[NEXT] >= counters[TOTAL] and (loop.sequential or counters[ACTIVE] <= 0)
    if everything_ended or _is_satisfied(run, body, loop, variables):
        for instance in run.tree.children(body):
            if instance.alive:
                cancel(run, instance)
        if loop.sequential and body.flow_node.behaviour in _WITHOUT_SCOPE and body.flow_node.io is None:
            run.busy.add(body.id)
        body.epoch += 1
        body.pending = 0
        run.push("complete", body.parent, body)
    elif loop.sequential:
        run.push("next instance", body, None)
    else:
        conditions.dispatch(run, body)


def _is_satisfied(run: Run, body: Execution, loop: MultiInstance, variables: Variables) -> bool:
    if loop.completion_condition is None:
        return False
    return evaluate_condition(loop.completion_condition, PlaceScope(run, body, variables))


def _set_counter(run: Run, body: Execution, position: int, name: str) -> None:
    assert body.loop is not None
    run.variables.set_local(body, name, Variable("Integer", body.loop[position]))


def continue_instance_later(run: Run, body: Execution, node: Node, variables: Variables) -> None:
    """Let a job start one instance (`asyncBefore` on the loop characteristics)."""
    waiting = run.add("async", body, node)
    for name, variable in variables.items():
        run.variables.set_local(waiting, name, variable)
    waits.continue_later(run, waiting, node, JobKind.ASYNC_BEFORE, inner=True)


def add_instance(run: Run, body: Execution, variables: Variables) -> None:
    """Add one instance to a running body, as a modification asks for. Raises EngineFailed for a sequential one."""
    if _loop(body).sequential and body.loop is not None and body.loop[ACTIVE] > 0:
        raise EngineFailed(f"Cannot start another instance of '{body.flow_node.id}': it is sequential.")
    index = count_lone_instance(run, body)
    run.push("next instance", body, {"loopCounter": Variable("Integer", index)} | variables)


def count_lone_instance(run: Run, body: Execution) -> int:
    """Count one more instance of a body; return its loop counter."""
    counters = body.loop
    assert counters is not None
    counters[TOTAL] += 1
    counters[ACTIVE] += 1
    counters[NEXT] = counters[TOTAL]
    for position, name in enumerate(_COUNTERS):
        _set_counter(run, body, position, name)
    return counters[TOTAL] - 1


def drop_instance(run: Run, body: Execution) -> None:
    """Count an instance that a modification cancelled."""
    if body.loop is not None:
        body.loop[ACTIVE] -= 1
        _set_counter(run, body, ACTIVE, _COUNTERS[ACTIVE])

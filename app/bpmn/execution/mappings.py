"""Input and output parameters of activities, and what goes into and comes out of called processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.bpmn.delta import Remark
from app.bpmn.execution.expressions import evaluate, evaluate_text, evaluate_variable
from app.bpmn.execution.hosts import to_variable
from app.bpmn.execution.places import PlaceScope, scope_at
from app.bpmn.execution.run import Run
from app.bpmn.execution.state import Execution
from app.bpmn.graph import CallMapping, ListValue, MapValue, Node, ParameterValue
from app.bpmn.values import Variable, Variables
from app.errors import EngineFailed

_LOOP_NAMES = frozenset(("nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"))


def map_inputs(run: Run, execution: Execution, node: Node) -> None:
    """Evaluate the input parameters one after the other, each into the activity's own scope."""
    if node.io is not None and not run.skip_io_mappings:
        scope = scope_at(run, execution)
        for parameter in node.io.inputs:
            run.variables.set_local(execution, parameter.name, _parameter(parameter.value, scope))


def map_outputs(run: Run, execution: Execution, node: Node) -> None:
    """Evaluate the output parameters in the activity's scope, into the scopes around it. Raises ExpressionFailed."""
    if node.io is not None and node.io.outputs and not run.skip_io_mappings and execution.parent is not None:
        scope = scope_at(run, execution)
        for parameter in node.io.outputs:
            run.variables.set(execution.parent, parameter.name, _parameter(parameter.value, scope))


def map_outputs_anyway(run: Run, execution: Execution, node: Node) -> None:
    """Evaluate the output parameters of an activity that did not complete; one that fails is skipped with a remark.

    Camunda maps them on every end; where that fails it answers 500, and the way out would be blocked.
    """
    try:
        map_outputs(run, execution, node)
    except EngineFailed as error:
        text = f"The output mapping of '{node.id}' was skipped: {error.message}"
        run.delta.remarks.append(Remark("output mapping skipped", node.id, execution.instance_id, text))


def _parameter(value: ParameterValue, scope: PlaceScope) -> Variable:
    if value is None:
        return Variable("Null")
    if isinstance(value, ListValue | MapValue):
        return to_variable(_plain(value, scope))
    return evaluate_variable(value, scope)


def _plain(value: ParameterValue, scope: PlaceScope) -> Any:
    if value is None:
        return None
    if isinstance(value, ListValue):
        return [_plain(item, scope) for item in value.items]
    if isinstance(value, MapValue):
        return {key: _plain(item, scope) for key, item in value.entries}
    return evaluate(value, scope)


def call_variables(run: Run, mappings: tuple[CallMapping, ...], place: Execution) -> Variables:
    """Return what `camunda:in` (or, from a called instance, `camunda:out`) hands over from a place."""
    found: Variables = {}
    for mapping in mappings:
        if mapping.all_variables:
            found |= run.variables.locals(place) if mapping.local else run.variables.visible(place)
        elif mapping.target is not None:
            found[mapping.target] = _mapped(run, mapping, place)
    return found


def _mapped(run: Run, mapping: CallMapping, place: Execution) -> Variable:
    if mapping.expression is not None:
        return evaluate_variable(mapping.expression, scope_at(run, place))
    read: Callable[[Execution, str], Variable | None] = run.variables.local if mapping.local else run.variables.find
    return read(place, mapping.source or "") or Variable("Null")


def call_business_key(run: Run, mappings: tuple[CallMapping, ...], place: Execution) -> str | None:
    """Return the business key that `camunda:in businessKey` gives the called instance."""
    for mapping in mappings:
        if mapping.business_key is not None:
            return evaluate_text(mapping.business_key, scope_at(run, place))
    return None


def pass_out(run: Run, called: Execution) -> None:
    """Hand the variables that `camunda:out` names from a called instance to its call activity."""
    caller = called.parent
    if caller is None or caller.flow_node.call is None:
        return
    outputs = caller.flow_node.call.outputs
    plain = call_variables(run, tuple(m for m in outputs if not m.local), called)
    local = call_variables(run, tuple(m for m in outputs if m.local), called)
    run.variables.set_all(caller, _without_loop_names(plain))
    for name, variable in local.items():
        run.variables.set_local(caller, name, variable)


def _without_loop_names(variables: Mapping[str, Variable]) -> Variables:
    return {name: variable for name, variable in variables.items() if name not in _LOOP_NAMES}

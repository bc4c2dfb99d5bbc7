"""Evaluate the expressions of a model at a place in the tree of executions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, ClassVar

from app.bpmn.execution.run import Run
from app.bpmn.execution.state import Execution
from app.bpmn.expressions import CLOCK, ELHost, Expression, Instant, UnknownIdentifier, to_text
from app.bpmn.values import Variable, from_python
from app.errors import EngineFailed, ExpressionFailed

_BARE_NAME = re.compile(r"[$#]\{\s*([A-Za-z_]\w*)\s*\}")
_KEYWORDS = frozenset(("execution", "externalTask", CLOCK))


class TypedValueHost(ELHost):
    """What `execution.getVariableTyped(name)` gives: a variable together with its type."""

    __slots__ = ("value", "variable")

    def __init__(self, variable: Variable, value: Any) -> None:
        self.variable = variable
        self.value = value

    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = {
        "getValue": lambda host: host.value,
        "getValueSerialized": lambda host: host.variable.value,
    }
    el_properties: ClassVar[Mapping[str, Callable[[Any], Any]]] = {
        "value": lambda host: host.value,
        "valueSerialized": lambda host: host.variable.value,
    }


class ExecutionHost(ELHost):
    """What models see as `execution`."""

    __slots__ = ("place", "run")

    def __init__(self, run: Run, place: Execution) -> None:
        self.run = run
        self.place = place

    def variable(self, name: Any) -> Any:
        """Return the value seen under a name, null when there is none."""
        found = self.run.variables.find(self.place, to_text(name))
        return None if found is None else self.run.variables.value(found)

    def local_variable(self, name: Any) -> Any:
        """Return the value of this execution's own variable."""
        found = self.run.variables.local(self.place, to_text(name))
        return None if found is None else self.run.variables.value(found)

    def typed_variable(self, name: Any) -> TypedValueHost | None:
        """Return the variable seen under a name with its type, null when there is none."""
        found = self.run.variables.find(self.place, to_text(name))
        return None if found is None else TypedValueHost(found, self.run.variables.value(found))

    def set(self, name: Any, value: Any) -> None:
        """Set a variable, looking outwards for its scope."""
        self.run.variables.set(self.place, to_text(name), to_variable(value))

    def set_local(self, name: Any, value: Any) -> None:
        """Set a variable of this execution."""
        self.run.variables.set_local(self.place, to_text(name), to_variable(value))

    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = {
        "getVariable": variable,
        "getVariableTyped": typed_variable,
        "getVariableLocal": local_variable,
        "hasVariable": lambda host, name: host.run.variables.find(host.place, to_text(name)) is not None,
        "hasVariableLocal": lambda host, name: host.run.variables.local(host.place, to_text(name)) is not None,
        "setVariable": set,
        "setVariableLocal": set_local,
        "removeVariable": lambda host, name: host.run.variables.remove(host.place, to_text(name), local=False),
        "getId": lambda host: host.place.id,
        "getProcessInstanceId": lambda host: host.place.instance_id,
        "getProcessDefinitionId": lambda host: host.place.definition_id,
        "getProcessBusinessKey": lambda host: host.run.business_key(host.place),
        "getBusinessKey": lambda host: host.run.business_key(host.place),
        "getActivityInstanceId": lambda host: host.place.activity_instance_id,
        "getCurrentActivityId": lambda host: host.run.current_activity(host.place),
        "getCurrentActivityName": lambda host: host.run.current_activity_name(host.place),
        "getTenantId": lambda host: host.run.context.tenant_id,
    }
    el_properties: ClassVar[Mapping[str, Callable[[Any], Any]]] = {
        "id": lambda host: host.place.id,
        "processInstanceId": lambda host: host.place.instance_id,
        "processDefinitionId": lambda host: host.place.definition_id,
        "processBusinessKey": lambda host: host.run.business_key(host.place),
        "businessKey": lambda host: host.run.business_key(host.place),
        "activityInstanceId": lambda host: host.place.activity_instance_id,
        "currentActivityId": lambda host: host.run.current_activity(host.place),
        "currentActivityName": lambda host: host.run.current_activity_name(host.place),
        "tenantId": lambda host: host.run.context.tenant_id,
    }


class ExternalTaskHost(ELHost):
    """What `camunda:errorEventDefinition` sees as `externalTask`."""

    __slots__ = ("facts",)

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts

    @staticmethod
    def _getter(name: str) -> Callable[[Any], Any]:
        return lambda host: host.facts.get(name)

    _NAMES = ("id", "activityId", "workerId", "errorMessage", "errorDetails", "retries")
    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    el_properties: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}


ExternalTaskHost.el_properties = {name: ExternalTaskHost._getter(name) for name in ExternalTaskHost._NAMES}
ExternalTaskHost.el_methods = {
    f"get{name[0].upper()}{name[1:]}": ExternalTaskHost._getter(name) for name in ExternalTaskHost._NAMES
}


class PlaceScope:
    """The names that an expression sees at a place: the engine's first, then variables, then the host's."""

    __slots__ = ("external_task", "overlay", "place", "run")

    def __init__(
        self,
        run: Run,
        place: Execution,
        overlay: Mapping[str, Variable] | None = None,
        external_task: ExternalTaskHost | None = None,
    ) -> None:
        self.run = run
        self.place = place
        self.overlay = overlay
        self.external_task = external_task

    def resolve(self, name: str) -> Any:
        """Return the value of an identifier. Raises UnknownIdentifier."""
        if name in _KEYWORDS:
            return self._keyword(name)
        found = self.variable(name)
        if found is not None:
            return self.run.variables.value(found)
        host = self.run.context.host
        if name in host:
            return host[name]
        raise UnknownIdentifier(name)

    def variable(self, name: str) -> Variable | None:
        """Return the variable that a name means here, or None."""
        if self.overlay is not None and name in self.overlay:
            return self.overlay[name]
        return self.run.variables.find(self.place, name)

    def _keyword(self, name: str) -> Any:
        if name == "execution":
            return ExecutionHost(self.run, self.place)
        if name == CLOCK:
            return self.run.context.now_ms
        if self.external_task is None:
            raise UnknownIdentifier(name)
        return self.external_task


def scope_at(run: Run, place: Execution) -> PlaceScope:
    """Return what expressions see at a place."""
    return PlaceScope(run, place)


def to_variable(value: Any) -> Variable:
    """Return the variable that an expression's result becomes. Raises ExpressionFailed for what is no value."""
    if isinstance(value, Variable):
        return value
    if isinstance(value, TypedValueHost):
        return Variable(value.variable.type, value.variable.value, value.variable.info)
    if isinstance(value, Instant):
        return Variable("Date", int(value))
    if isinstance(value, ELHost):
        raise ExpressionFailed("An object of the engine cannot be stored in a variable.")
    return from_python(value)


def evaluate(expression: Expression, scope: PlaceScope) -> Any:
    """Evaluate an expression, unless the run has no time left. Raises ExpressionFailed, StepLimitReached."""
    scope.run.check_time(scope.place)
    return expression.evaluate(scope)


@lru_cache(maxsize=4096)
def _bare_name(text: str) -> str | None:
    """Return the name when an expression is nothing but one: such a value keeps its type."""
    match = _BARE_NAME.fullmatch(text.strip())
    return None if match is None else match.group(1)


def evaluate_variable(expression: Expression, scope: PlaceScope) -> Variable:
    """Evaluate an expression to a variable; a variable that is passed on as it is keeps its type."""
    name = _bare_name(expression.text)
    if name is not None and name not in _KEYWORDS and (found := scope.variable(name)) is not None:
        return Variable(found.type, found.value, found.info)
    return to_variable(evaluate(expression, scope))


def evaluate_condition(expression: Expression, scope: PlaceScope) -> bool:
    """Evaluate a condition. Raises EngineFailed when it is not a boolean, as Camunda does."""
    value = evaluate(expression, scope)
    if value is True or value is False:
        return bool(value)
    kind = "null" if value is None else "non-Boolean"
    raise EngineFailed(f"condition expression returns {kind}: {expression.text}")


def evaluate_text(expression: Expression | None, scope: PlaceScope) -> str | None:
    """Evaluate an expression to a text; None for no expression or a null."""
    if expression is None:
        return None
    if expression.is_literal:
        return expression.text
    value = evaluate(expression, scope)
    return None if value is None else to_text(value)

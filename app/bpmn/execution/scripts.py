"""Evaluate a script at a place: what it sees, and what it wants done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.bpmn.decisions import RESULT_TYPE
from app.bpmn.delta import Remark
from app.bpmn.execution.hosts import VariablesHost, to_variable
from app.bpmn.execution.places import PlaceScope
from app.bpmn.expressions import ELHost
from app.bpmn.scripts import Script, ScriptEngine, ScriptFailed, ScriptOperation, ScriptOutcome, ThrownError
from app.bpmn.values import Variable
from app.errors import EngineFailed

_FACTS = (
    *("id", "processInstanceId", "processDefinitionId", "businessKey", "activityInstanceId", "currentActivityId"),
    *("currentActivityName", "tenantId", "eventName", "parentId"),
)


class ScriptThrew(EngineFailed):
    """A script threw a BPMN error: of a script task or a listener the model can catch it, elsewhere it is a failure."""

    def __init__(self, thrown: ThrownError) -> None:
        super().__init__(f"A script threw the BPMN error '{thrown.code}' where nothing can catch it.")
        self.thrown = thrown


class ScriptSight:
    """A place as the script engine asks for it."""

    __slots__ = ("_scope",)

    def __init__(self, scope: PlaceScope) -> None:
        self._scope = scope

    def find(self, name: str) -> Variable | None:
        """Return the variable that a name means here, None for none."""
        found = self._scope.variable(name)
        return _decision_result(found.value) if found is not None and isinstance(found.value, ELHost) else found

    def names(self) -> Iterable[str]:
        """Return the names of all variables that can be seen."""
        return [*self._scope.run.variables.visible(self._scope.place), *(self._scope.overlay or ())]

    def local_names(self) -> Iterable[str]:
        """Return the names of the variables of this place itself."""
        return self._scope.run.variables.locals(self._scope.place)

    def facts(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what the engine's objects tell."""
        host = self._scope.execution
        read = type(host).el_properties
        facts: dict[str, Mapping[str, Any]] = {
            "execution": {name: read[name](host) for name in _FACTS},
            "processInstance": {"id": host.place.instance_id, "businessKey": read["businessKey"](host)},
        }
        for name, thing in self._scope.objects.items():
            facts[name] = {key: tell(thing) for key, tell in type(thing).el_properties.items() if key in _TASK_FACTS}
        return facts


def _decision_result(result: ELHost) -> Variable:
    plain = to_variable(result)
    return Variable(plain.type, plain.value, {**plain.info, "objectTypeName": RESULT_TYPE})


_TASK_FACTS = frozenset(
    (
        *("id", "name", "assignee", "owner", "description", "priority", "dueDate", "followUpDate", "eventName"),
        *("taskDefinitionKey", "executionId", "processInstanceId", "processDefinitionId", "tenantId", "createTime"),
    )
)


def run_script(script: Script, scope: PlaceScope) -> Variable:
    """Evaluate a script, do what it wants done, and return its value. Raises ScriptFailed, ScriptThrew."""
    engine = scope.run.context.scripts
    if engine is None:
        raise ScriptFailed("This server does not run scripts: ERRAND_SCRIPTS=off.")
    scope.run.check_time(scope.place)
    outcome = _evaluate(engine, script, scope)
    for operation in outcome.operations:
        _carry_out(operation, scope)
    for line in outcome.printed:
        scope.run.delta.remarks.append(Remark("script", _where(scope), scope.place.instance_id, line))
    if outcome.thrown is not None:
        raise ScriptThrew(outcome.thrown)
    return outcome.result


def _evaluate(engine: ScriptEngine, script: Script, scope: PlaceScope) -> ScriptOutcome:
    objects = ("task",) if "task" in scope.objects else ("execution",)
    try:
        return engine.evaluate(script.text, ScriptSight(scope), objects, scope.run.now_ms)
    except ScriptFailed as error:
        line = "" if error.line is None else f" (line {error.line})"
        raise type(error)(
            f"Unable to evaluate script while executing activity '{_where(scope)}' in the process definition with id "
            f"'{scope.place.definition_id}': {error.message}{line}",
            error.line,
        ) from error


def _where(scope: PlaceScope) -> str:
    return scope.place.process.key if scope.node is None else scope.node.id


def _carry_out(operation: ScriptOperation, scope: PlaceScope) -> None:
    host = scope.objects.get(operation.target, scope.execution)
    assert isinstance(host, VariablesHost)
    if operation.verb in _ON_VARIABLES:
        _ON_VARIABLES[operation.verb](host, operation.name, operation.value)
    else:
        type(host).el_methods[operation.verb](host, *([operation.name] if operation.name else []), operation.value)


_ON_VARIABLES: Mapping[str, Callable[[VariablesHost, str, Variable], None]] = {
    "set": lambda host, name, value: host.set(name, value),
    "setLocal": lambda host, name, value: host.set_local(name, value),
    "remove": lambda host, name, value: host.remove(name),
    "removeLocal": lambda host, name, value: host.remove(name, local=True),
}

"""What models see of the engine: `execution`, `task`, and what is passed to error event definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from app.bpmn.decisions import DecisionResultHost, DecisionRowHost
from app.bpmn.delta import UserTaskCreated
from app.bpmn.execution.run import Run
from app.bpmn.execution.state import Execution
from app.bpmn.expressions import ELHost, Instant, to_text
from app.bpmn.expressions.json_path import SpinPath
from app.bpmn.expressions.spin import XmlAttribute, XmlElement
from app.bpmn.graph import Node
from app.bpmn.values import Variable, from_python, to_python
from app.errors import ExpressionFailed

Reader = Callable[[Any], Any]


def getters(readers: Mapping[str, Reader]) -> dict[str, Callable[..., Any]]:
    """Return the `get…` methods of properties."""
    return {f"get{name[0].upper()}{name[1:]}": read for name, read in readers.items()}


class TypedValueHost(ELHost):
    """What `execution.getVariableTyped(name)` gives: a variable together with its type."""

    __slots__ = ("value", "variable")

    def __init__(self, variable: Variable, value: Any) -> None:
        self.variable = variable
        self.value = value

    el_properties: ClassVar[Mapping[str, Reader]] = {
        "value": lambda host: host.value,
        "valueSerialized": lambda host: host.variable.value,
        "type": lambda host: TypeHost(host.variable.type),
        "filename": lambda host: host.variable.info.get("filename"),
        "mimeType": lambda host: host.variable.info.get("mimeType"),
        "encoding": lambda host: host.variable.info.get("encoding"),
    }
    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = getters(el_properties)


class TypeHost(ELHost):
    """What `getVariableTyped(name).type` is: the name of a type, as Camunda writes it."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name[:1].lower() + name[1:]

    el_properties: ClassVar[Mapping[str, Reader]] = {"name": lambda host: host.name}
    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = getters(el_properties)


class FactsHost(ELHost):
    """An object that tells plain facts; a name that none of its kind has is unknown, one without a value is null."""

    __slots__ = ("facts",)

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts


def _fact(name: str) -> Reader:
    return lambda host: host.facts.get(name)


def _facts(names: Iterable[str]) -> dict[str, Reader]:
    return {name: _fact(name) for name in names}


class ExternalTaskHost(FactsHost):
    """What `camunda:errorEventDefinition` sees as `externalTask`."""

    __slots__ = ()
    el_properties: ClassVar[Mapping[str, Reader]] = _facts(
        (
            *("id", "activityId", "activityInstanceId", "executionId", "workerId", "topicName", "priority"),
            *("errorMessage", "errorDetails", "retries", "businessKey", "processInstanceId", "processDefinitionId"),
            *("processDefinitionKey", "processDefinitionVersionTag", "extensionProperties", "tenantId"),
        )
    )
    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = getters(el_properties)


class ProcessDefinitionHost(FactsHost):
    """What `execution.processDefinition` is."""

    __slots__ = ()
    el_properties: ClassVar[Mapping[str, Reader]] = _facts(("id", "key", "name", "versionTag", "category"))
    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = getters(el_properties)


class ElementHost(FactsHost):
    """What `execution.bpmnModelElementInstance` is."""

    __slots__ = ()
    el_properties: ClassVar[Mapping[str, Reader]] = _facts(("id", "name"))
    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = getters(el_properties)


class VariablesHost(ELHost):
    """Something that has variables: `place` is where they are seen."""

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

    def values(self, variables: Mapping[str, Variable]) -> dict[str, Any]:
        """Return variables as plain values."""
        return {name: self.run.variables.value(variable) for name, variable in variables.items()}

    def set(self, name: Any, value: Any) -> None:
        """Set a variable, looking outwards for its scope."""
        self.run.variables.set(self.place, to_text(name), to_variable(value))

    def set_local(self, name: Any, value: Any) -> None:
        """Set a variable of this execution."""
        self.run.variables.set_local(self.place, to_text(name), to_variable(value))

    def remove(self, name: Any, *, local: bool = False) -> None:
        """Remove a variable, the nearest of that name or this execution's own."""
        self.run.variables.remove(self.place, to_text(name), local=local)

    el_properties: ClassVar[Mapping[str, Reader]] = {
        "variables": lambda host: host.values(host.run.variables.visible(host.place)),
        "variablesLocal": lambda host: host.values(host.run.variables.locals(host.place)),
        "variableNames": lambda host: list(host.run.variables.visible(host.place)),
        "variableNamesLocal": lambda host: list(host.run.variables.locals(host.place)),
        "processInstanceId": lambda host: host.place.instance_id,
        "processDefinitionId": lambda host: host.place.definition_id,
        "tenantId": lambda host: host.run.context.tenant_id,
    }
    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = {
        "getVariable": variable,
        "getVariableTyped": typed_variable,
        "getVariableLocal": local_variable,
        "hasVariable": lambda host, name: host.run.variables.find(host.place, to_text(name)) is not None,
        "hasVariableLocal": lambda host, name: host.run.variables.local(host.place, to_text(name)) is not None,
        "hasVariables": lambda host: bool(host.run.variables.visible(host.place)),
        "setVariable": set,
        "setVariableLocal": set_local,
        "removeVariable": remove,
        "removeVariableLocal": lambda host, name: host.remove(name, local=True),
        **getters(el_properties),
    }


class ExecutionHost(VariablesHost):
    """What models see as `execution`. `node` is the activity it stands at, `event` what a listener listens to."""

    __slots__ = ("event", "node")

    def __init__(self, run: Run, place: Execution, node: Node | None = None, event: str | None = None) -> None:
        super().__init__(run, place)
        self.node = node
        self.event = event

    def instance(self) -> ExecutionHost:
        """Return the process instance."""
        return ExecutionHost(self.run, self.place.instance)

    def caller(self) -> ExecutionHost | None:
        """Return the call activity of a called process."""
        caller = self.place.instance.parent
        return None if caller is None else ExecutionHost(self.run, caller, caller.node)

    def definition(self) -> ProcessDefinitionHost:
        """Return the process definition."""
        process = self.place.process
        facts = {"key": process.key, "name": process.name, "versionTag": process.version_tag}
        return ProcessDefinitionHost({**facts, "id": self.place.definition_id, "category": process.category})

    def element(self) -> ElementHost:
        """Return the element of the model."""
        return ElementHost({"id": self.place.process.key} if self.node is None else _element(self.node))

    el_properties: ClassVar[Mapping[str, Reader]] = {
        **VariablesHost.el_properties,
        "id": lambda host: host.place.id,
        "parentId": lambda host: None if host.place.kind == "process" else host.place.parent.id,
        "processBusinessKey": lambda host: host.run.business_key(host.place),
        "businessKey": lambda host: host.run.business_key(host.place),
        "activityInstanceId": lambda host: host.place.activity_instance_id,
        "currentActivityId": lambda host: None if host.node is None else host.node.id,
        "currentActivityName": lambda host: None if host.node is None else host.node.name,
        "eventName": lambda host: host.event,
        "processInstance": instance,
        "superExecution": caller,
        "processDefinition": definition,
        "bpmnModelElementInstance": element,
    }
    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = {**VariablesHost.el_methods, **getters(el_properties)}


class TaskHost(VariablesHost):
    """What models see as `task`; what a listener of its creation changes is so from the start."""

    __slots__ = ("event", "task")

    def __init__(self, run: Run, place: Execution, task: UserTaskCreated, event: str) -> None:
        super().__init__(run, place)
        self.task = task
        self.event = event

    def assign(self, user: Any) -> None:
        """Set the assignee, or nobody."""
        self.task.assignee = _text_of(user)

    def set_attribute(self, name: Any, value: Any) -> None:
        """Set an attribute by its name. Raises ExpressionFailed for one that cannot be set."""
        setter = self.el_methods.get(f"set{to_text(name)[:1].upper()}{to_text(name)[1:]}")
        if setter is None:
            raise ExpressionFailed(f"A task has no attribute '{to_text(name)}' that can be set.")
        setter(self, value)

    def add_candidate(self, kind: str, who: Any) -> None:
        """Add a candidate user or group."""
        setattr(self.task, kind, (*getattr(self.task, kind), to_text(_value_of(who))))

    def remove_candidate(self, kind: str, who: Any) -> None:
        """Remove a candidate user or group."""
        gone = to_text(_value_of(who))
        setattr(self.task, kind, tuple(name for name in getattr(self.task, kind) if name != gone))

    def execution(self) -> ExecutionHost:
        """Return the execution of the task."""
        return ExecutionHost(self.run, self.place, self.place.node, self.event)

    el_properties: ClassVar[Mapping[str, Reader]] = {
        **VariablesHost.el_properties,
        "id": lambda host: host.task.id,
        "name": lambda host: host.task.name,
        "assignee": lambda host: host.task.assignee,
        "description": lambda host: host.task.description,
        "priority": lambda host: host.task.priority,
        "dueDate": lambda host: host.task.due_date,
        "followUpDate": lambda host: host.task.follow_up_date,
        "taskDefinitionKey": lambda host: host.task.activity_id,
        "executionId": lambda host: host.task.execution_id,
        "eventName": lambda host: host.event,
        "execution": execution,
    }
    el_methods: ClassVar[Mapping[str, Callable[..., Any]]] = {
        **VariablesHost.el_methods,
        **getters(el_properties),
        "setAssignee": assign,
        "setName": lambda host, value: setattr(host.task, "name", _text_of(value)),
        "setDescription": lambda host, value: setattr(host.task, "description", _text_of(value)),
        "setPriority": lambda host, value: setattr(host.task, "priority", int(_value_of(value))),
        "setDueDate": lambda host, value: setattr(host.task, "due_date", _text_of(value)),
        "setFollowUpDate": lambda host, value: setattr(host.task, "follow_up_date", _text_of(value)),
        "setAttribute": set_attribute,
        "addCandidateUser": lambda host, user: host.add_candidate("candidate_users", user),
        "addCandidateGroup": lambda host, group: host.add_candidate("candidate_groups", group),
        "deleteCandidateUser": lambda host, user: host.remove_candidate("candidate_users", user),
        "deleteCandidateGroup": lambda host, group: host.remove_candidate("candidate_groups", group),
    }


def _value_of(value: Any) -> Any:
    return to_python(value) if isinstance(value, Variable) else value


def _text_of(value: Any) -> str | None:
    plain = _value_of(value)
    if isinstance(plain, Instant):
        return plain.isoformat()
    return None if plain is None else to_text(plain)


def _element(node: Node) -> dict[str, Any]:
    return {"id": node.id, "name": node.name}


def to_variable(value: Any) -> Variable:
    """Return the variable that an expression's result becomes. Raises ExpressionFailed for what is no value."""
    if isinstance(value, Variable):
        return value
    if isinstance(value, TypedValueHost):
        return Variable(value.variable.type, value.variable.value, value.variable.info)
    if isinstance(value, Instant):
        return Variable("Date", int(value))
    if isinstance(value, DecisionResultHost):
        return from_python(value.plain)
    if isinstance(value, DecisionRowHost):
        return from_python(value.entries)
    if isinstance(value, ELHost):
        raise ExpressionFailed("An object of the engine cannot be stored in a variable.")
    return from_python(value)


_HOSTS: tuple[type[ELHost], ...] = (
    *(ExecutionHost, TaskHost, TypedValueHost, ExternalTaskHost, ProcessDefinitionHost, ElementHost),
    *(DecisionResultHost, DecisionRowHost, XmlElement, XmlAttribute, SpinPath, TypeHost),
)
HOST_METHODS = frozenset(name for host in _HOSTS for name in host.el_methods)
"""The methods that anything of the engine's has."""

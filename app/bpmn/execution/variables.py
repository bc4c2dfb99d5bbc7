"""Variables while a run works: what is stored, what it changes, and the rules of which scope a name belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.bpmn.context import VariablesByScope
from app.bpmn.delta import Delta, VariableRemoved, VariableSet
from app.bpmn.execution.state import Execution
from app.bpmn.values import Variable, Variables, to_python
from app.errors import EngineFailed

Change = tuple[Execution, str, str]
"""The execution that has the variable, its name, and create, update or delete."""

_NOTHING: Mapping[str, Variable] = {}


def scopes(place: Execution) -> Iterator[Execution]:
    """Yield the executions whose variables are seen from a place, the nearest first, the process instance last."""
    current: Execution | None = place
    while current is not None:
        yield current
        current = None if current.kind == "process" else current.parent


class VariableStore:
    """Read and write variables; stored ones are loaded once, and only when a name may lie among them.

    Where the process has conditional events, each change is added to `changes`.
    """

    def __init__(
        self, load: Callable[[], VariablesByScope], delta: Delta, changes: list[Change], max_written: int
    ) -> None:
        self._load = load
        self._may_write = max_written
        self._delta = delta
        self._changes = changes
        self._loaded: VariablesByScope | None = None
        self._written: dict[str, dict[str, Variable]] = {}
        self._deleted: dict[str, set[str]] = {}
        self._fresh: set[str] = set()
        self._sets: dict[tuple[str, str], VariableSet] = {}
        self._read: dict[int, tuple[Variable, Any]] = {}

    def began(self, execution: Execution) -> None:
        """Note that an execution is new: nothing can be stored for it."""
        self._fresh.add(execution.id)

    def local(self, execution: Execution, name: str) -> Variable | None:
        """Return a variable of one execution, or None."""
        if not execution.has_variables:
            return None
        written = self._written.get(execution.id)
        if written is not None and (found := written.get(name)) is not None:
            return found
        if execution.id in self._fresh or name in self._deleted.get(execution.id, ()):
            return None
        return self._stored(execution).get(name)

    def locals(self, execution: Execution) -> Variables:
        """Return all variables of one execution."""
        if not execution.has_variables:
            return {}
        deleted = self._deleted.get(execution.id, ())
        stored = _NOTHING if execution.id in self._fresh else self._stored(execution)
        found = {name: variable for name, variable in stored.items() if name not in deleted}
        return found | self._written.get(execution.id, {})

    def _stored(self, execution: Execution) -> Mapping[str, Variable]:
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded.get(execution.id, _NOTHING)

    def find(self, place: Execution, name: str) -> Variable | None:
        """Return the variable that is seen from a place under that name, or None."""
        for scope in scopes(place):
            if (found := self.local(scope, name)) is not None:
                return found
        return None

    def value(self, variable: Variable) -> Any:
        """Return what an expression sees of a variable; JSON is read once in a run, however often it is named."""
        if variable.type == "String":
            return variable.value
        kept = self._read.get(id(variable))
        if kept is None:
            kept = self._read[id(variable)] = (variable, to_python(variable))
        return kept[1]

    def visible(self, place: Execution) -> Variables:
        """Return all variables seen from a place; the nearest scope wins."""
        found: Variables = {}
        for scope in scopes(place):
            found = self.locals(scope) | found
        return found

    def set(self, place: Execution, name: str, variable: Variable) -> None:
        """Set a variable where the name is known, looking outwards, otherwise on the process instance."""
        for scope in scopes(place):
            if scope.kind == "process" or self.local(scope, name) is not None:
                self.set_local(scope, name, variable)
                return

    def set_all(self, place: Execution, variables: Variables) -> None:
        """Set several variables as `set` does."""
        for name, variable in variables.items():
            self.set(place, name, variable)

    def set_local(self, execution: Execution, name: str, variable: Variable, user_task_id: str | None = None) -> None:
        """Set a variable of one execution, a new one as that user task's own.

        Raises EngineFailed if that would make it transient, or no longer so.
        """
        if variable.transient or self._written:
            self._keep_transience(execution, name, variable)
        if execution.process.has_conditional_events:
            event = "create" if self.local(execution, name) is None else "update"
            self._changes.append((execution, name, event))
        self._written.setdefault(execution.id, {})[name] = variable
        execution.has_variables = True
        if not variable.transient:
            self._record(execution, name, variable, user_task_id)

    def _keep_transience(self, execution: Execution, name: str, variable: Variable) -> None:
        """A stored variable is never transient, so only what this run wrote matters to one that is not."""
        there = self.local(execution, name) if variable.transient else self._written.get(execution.id, {}).get(name)
        if there is not None and there.transient != variable.transient:
            text = f"Cannot set transient variable with name {name} to non-transient variable and vice versa."
            raise EngineFailed(text)

    def _record(self, execution: Execution, name: str, variable: Variable, user_task_id: str | None) -> None:
        """Tell the delta, once for each variable; one that was deleted before in this run is alive again."""
        if isinstance(variable.value, str | bytes):
            self._may_write -= len(variable.value)
            if self._may_write < 0:
                raise EngineFailed(f"The process writes too much at once; '{name}' was the last variable.")
        deleted = self._deleted.get(execution.id)
        if deleted is not None and name in deleted:
            deleted.discard(name)
            self._delta.variables_removed.remove(VariableRemoved(execution.id, name, explicit=True))
        entry = self._sets.get((execution.id, name))
        if entry is not None:
            entry.variable = variable
            return
        place = execution.activity_instance_id
        entry = VariableSet(execution.id, execution.instance_id, place, name, variable, user_task_id)
        self._sets[execution.id, name] = entry
        self._delta.variables_set.append(entry)

    def remove(self, place: Execution, name: str, *, local: bool) -> None:
        """Delete a variable of an execution (`local`), or the nearest one of that name."""
        for scope in (place,) if local else scopes(place):
            if self.local(scope, name) is not None:
                self._remove(scope, name)
                return

    def _remove(self, execution: Execution, name: str) -> None:
        if execution.process.has_conditional_events:
            self._changes.append((execution, name, "delete"))
        self._written.get(execution.id, {}).pop(name, None)
        self._deleted.setdefault(execution.id, set()).add(name)
        entry = self._sets.pop((execution.id, name), None)
        if entry is not None:
            self._delta.variables_set.remove(entry)
        self._delta.variables_removed.append(VariableRemoved(execution.id, name, explicit=True))

    def ended(self, execution: Execution) -> None:
        """Note that an execution is gone, and its variables with it."""
        if execution.has_variables:
            self._delta.variables_removed.append(VariableRemoved(execution.id, None))
            self._written.pop(execution.id, None)

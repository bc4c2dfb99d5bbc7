"""Drive the pure engine in memory: definitions, variables and open tasks kept as a server would keep them.

The state passes through JSON around every command, as it does through a database.
"""

from __future__ import annotations

import collections
import itertools
import json
from collections.abc import Callable, Iterable
from typing import Any

from app.bpmn import commands
from app.bpmn.commands import Command, Policy
from app.bpmn.context import CalledElement, RunContext
from app.bpmn.delta import Delta
from app.bpmn.execution import run
from app.bpmn.graph import Process
from app.bpmn.parser import parse
from app.bpmn.values import Variable, from_python, to_python
from app.errors import CorrelationMismatch, DefinitionNotFound
from app.scripting import JavaScript

SCRIPTS = JavaScript()
NOON = 1_700_000_000_000


class Model:
    """The processes of one file; it answers as the definitions of a server do."""

    def __init__(self, *files: bytes) -> None:
        self.processes: dict[str, Process] = {p.key: p for xml in files for p in parse(xml).processes}

    def get(self, definition_id: str) -> Process:
        """Return a process; its id is its key here."""
        return self.processes[definition_id]

    def called(self, element: CalledElement) -> tuple[str, Process]:
        """Return a called process. Raises DefinitionNotFound."""
        if element.key not in self.processes:
            raise DefinitionNotFound(element.key)
        return element.key, self.processes[element.key]

    def start(self, key: str, variables: dict[str, Any] | None = None, **command: Any) -> Instance:
        """Start an instance."""
        instance = Instance(self)
        instance.run(commands.StartInstance(key, "root", variables=typed(variables), **command))
        return instance


def typed(values: dict[str, Any] | None) -> dict[str, Variable]:
    """Return plain values as variables."""
    return {name: from_python(value) for name, value in (values or {}).items()}


class Instance:
    """A running tree of process instances and what its deltas have brought so far."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.state: str | None = None
        self.now_ms = NOON
        self.policy: Policy = "incident"
        self.max_steps = 100_000
        self.stored: dict[str, dict[str, Variable]] = {}
        self.tasks: dict[str, tuple[str, str]] = {}
        self.jobs: dict[str, str] = {}
        self.messages: dict[str, tuple[str, str]] = {}
        self.signals: dict[str, str] = {}
        self.records: dict[str, Any] = {}
        self.instances: list[str] = []
        self.ended_instances: dict[str, str] = {}
        self.seen_variables: dict[str, Any] = {}
        self.deltas: list[Delta] = []
        self._ids = itertools.count(1)

    def run(self, command: Command) -> Delta:
        """Carry out a command and keep what it changed; when it raises, nothing is kept."""
        state = None if self.state is None else json.loads(self.state)
        before = json.dumps(state)
        context = RunContext(
            definitions=self.model,
            now_ms=self.now_ms,
            new_id=lambda: f"id{next(self._ids)}",
            load_variables=lambda: self.stored,
            max_steps=self.max_steps,
            unhandled_policy=self.policy,
            scripts=SCRIPTS,
        )
        delta = run(command, state, context)
        assert json.dumps(state) == before, "the state that was passed in has been changed"
        self._keep(delta)
        return delta

    def _keep(self, delta: Delta) -> None:
        self.deltas.append(delta)
        self.state = None if delta.state is None else json.dumps(delta.state)
        self._keep_variables(delta)
        for task in delta.tasks_created:
            self.tasks[task.id] = (task.activity_id, "external")
        for person in delta.user_tasks_created:
            self.tasks[person.id] = (person.activity_id, "user")
        for ended in [*delta.tasks_ended, *delta.user_tasks_ended]:
            del self.tasks[ended.id]
        self.jobs |= {job.id: job.instance_id for job in delta.jobs_created}
        for job_id in delta.jobs_removed:
            del self.jobs[job_id]
        for new in delta.subscriptions_created:
            if new.kind == "message":
                self.messages[new.id] = (new.name or "", new.instance_id)
            elif new.kind == "signal":
                self.signals[new.id] = new.name or ""
        for gone in delta.subscriptions_removed:
            self.messages.pop(gone, None)
            self.signals.pop(gone, None)
        self.instances += [started.id for started in delta.instances_started]
        self.ended_instances |= {ended.id: ended.state for ended in delta.instances_ended}
        for record in delta.activities:
            if record.begun:
                assert record.id not in self.records
                self.records[record.id] = record
            else:
                known = self.records[record.id]
                known.ended_at, known.canceled = record.ended_at, record.canceled

    def _keep_variables(self, delta: Delta) -> None:
        for change in delta.variables_set:
            self.stored.setdefault(change.execution_id, {})[change.name] = change.variable
            if change.instance_id == "root":
                self.seen_variables[change.name] = to_python(change.variable)
        for removed in delta.variables_removed:
            if removed.name is None:
                self.stored.pop(removed.execution_id, None)
            else:
                self.stored.get(removed.execution_id, {}).pop(removed.name, None)
                self.seen_variables.pop(removed.name, None)

    # what can be seen

    @property
    def ended(self) -> bool:
        """Tell whether the root instance has ended."""
        return "root" in self.ended_instances

    def active(self) -> list[str]:
        """Return the activity ids of the open tasks, sorted."""
        return sorted(activity for activity, _ in self.tasks.values())

    def visited(self) -> dict[str, int]:
        """Return how often each activity has ended without being cancelled."""
        done = (r.activity_id for r in self.records.values() if r.ended_at is not None and not r.canceled)
        return dict(collections.Counter(done))

    def task(self, activity_id: str, position: int = 0) -> str:
        """Return the id of an open task of an activity."""
        return [id for id, (activity, _) in self.tasks.items() if activity == activity_id][position]

    def task_variables(self, activity_id: str, position: int = 0) -> dict[str, Any]:
        """Return the variables that a task sees."""
        execution_id: str | None = self.task(activity_id, position)
        assert self.state is not None
        executions = json.loads(self.state)["executions"]
        found: dict[str, Any] = {}
        while execution_id is not None:
            entry = executions[execution_id]
            here = {name: to_python(v) for name, v in self.stored.get(execution_id, {}).items()}
            found = here | found
            execution_id = None if entry["k"] == "process" else entry["p"]
        return found

    def variables(self) -> dict[str, Any]:
        """Return the root instance's variables, as its history has them once it has ended."""
        if self.ended:
            return self.seen_variables
        return {name: to_python(variable) for name, variable in self.stored.get("root", {}).items()}

    # what can be done

    def complete(
        self,
        activity_id: str,
        variables: dict[str, Any] | None = None,
        position: int = 0,
        local: dict[str, Any] | None = None,
    ) -> Delta:
        """Complete one open task."""
        return self._complete(self.task(activity_id, position), variables, local)

    def _complete(self, id: str, variables: dict[str, Any] | None, local: dict[str, Any] | None = None) -> Delta:
        kind = self.tasks[id][1]
        made = commands.CompleteUserTask if kind == "user" else commands.CompleteExternalTask
        return self.run(made(id, variables=typed(variables), local_variables=typed(local)))

    def complete_all(self, activity_id: str, variables: dict[str, Any] | None = None) -> None:
        """Complete every task of an activity that is open now."""
        self._each(self._ids_of(activity_id), lambda id: self._complete(id, variables))

    def error(
        self, activity_id: str, code: str, variables: dict[str, Any] | None = None, position: int = 0, **more: Any
    ) -> Delta:
        """Raise a BPMN error on one open task."""
        id = self.task(activity_id, position)
        return self.run(commands.RaiseBpmnError(id, code, variables=typed(variables), **more))

    def error_all(self, activity_id: str, code: str, variables: dict[str, Any] | None = None) -> None:
        """Raise a BPMN error on every task of an activity that is open now."""
        self._each(
            self._ids_of(activity_id),
            lambda id: self.run(commands.RaiseBpmnError(id, code, variables=typed(variables))),
        )

    def _ids_of(self, activity_id: str) -> list[str]:
        return [id for id, (activity, _) in self.tasks.items() if activity == activity_id]

    def _each(self, ids: Iterable[str], do: Callable[[str], Any]) -> None:
        for id in ids:
            if id in self.tasks:
                do(id)

    def fire_jobs(self) -> None:
        """Run every job that exists now."""
        for id in list(self.jobs):
            if id in self.jobs:
                self.run(commands.FireJob(id))

    def message(self, name: str, variables: dict[str, Any] | None = None, instance_id: str | None = None) -> Delta:
        """Correlate a message with the one execution that waits for it. Raises CorrelationMismatch."""
        waiting = [
            id for id, (waits_for, of) in self.messages.items() if waits_for == name and instance_id in (None, of)
        ]
        if len(waiting) != 1:
            raise CorrelationMismatch(name, len(waiting))
        return self.run(commands.DeliverEvent(waiting[0], variables=typed(variables)))

    def signal(self, name: str, variables: dict[str, Any] | None = None) -> None:
        """Deliver a signal to every execution that waits for it now."""
        for id in [id for id, waits_for in self.signals.items() if waits_for == name]:
            if id in self.signals:
                self.run(commands.DeliverEvent(id, variables=typed(variables)))

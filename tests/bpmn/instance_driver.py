"""Drive one process instance through the pure engine, storing and reloading everything around every command."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from app.bpmn.commands import (
    Command,
    CompleteExternalTask,
    CompleteUserTask,
    DeliverEvent,
    FireJob,
    RaiseBpmnError,
    SignalExecution,
    StartInstance,
)
from app.bpmn.context import CalledElement, RunContext
from app.bpmn.delta import ActivityRecord, Delta
from app.bpmn.execution import run
from app.bpmn.graph import Node, ParsedModel, Process
from app.bpmn.values import Variable, Variables, from_python

NOW_MS = 1_767_225_600_000


class Definitions:
    """The processes of one file, each under its own key as its id."""

    def __init__(self, model: ParsedModel) -> None:
        self._processes = {process.key: process for process in model.processes}

    def node(self, activity_id: str) -> Node | None:
        """Return the node with that id, whichever process has it."""
        return next((p.nodes[activity_id] for p in self._processes.values() if activity_id in p.nodes), None)

    def get(self, definition_id: str) -> Process:
        """Return the process with that key."""
        return self._processes[definition_id]

    def called(self, element: CalledElement) -> tuple[str, Process]:
        """Return the process that a call activity means."""
        return element.key, self._processes[element.key]


class Driver:
    """One root instance: its stored state and variables, what it waits for, and what its history tells."""

    def __init__(self, model: ParsedModel, key: str, variables: Mapping[str, Any] | None = None) -> None:
        self.definitions = Definitions(model)
        self.state: Any = None
        self.variables: dict[str, dict[str, Variable]] = {}
        self.tasks: dict[str, str] = {}
        self.user_tasks: dict[str, str] = {}
        self.jobs: dict[str, str] = {}
        self.subscriptions: dict[str, str] = {}
        self.records: dict[str, ActivityRecord] = {}
        self.ended: dict[str, str] = {}
        self.steps = 0
        self._ids = count(1)
        started: Variables = {name: from_python(value) for name, value in (variables or {}).items()}
        self.apply(StartInstance(key, "root", variables=started))

    @property
    def is_ended(self) -> bool:
        return "root" in self.ended

    def apply(self, command: Command) -> Delta:
        """Carry out a command twice on the same stored state: both deltas must be equal, the state must not change."""
        stored = json.dumps(self.state)
        first_id = next(self._ids)
        deltas = [run(command, json.loads(stored), self._context(first_id)) for _ in range(2)]
        assert deltas[0] == deltas[1]
        state = json.loads(stored)
        run(command, state, self._context(first_id))
        assert json.dumps(state) == stored
        self._store(deltas[0])
        self.steps += 1
        return deltas[0]

    def _context(self, first_id: int) -> RunContext:
        ids = (f"{first_id}-{number}" for number in count(1))
        variables = copy.deepcopy(self.variables)
        return RunContext(self.definitions, NOW_MS, lambda: next(ids), lambda: variables)

    def _store(self, delta: Delta) -> None:
        self.state = json.loads(json.dumps(delta.state))
        for variable in delta.variables_set:
            self.variables.setdefault(variable.execution_id, {})[variable.name] = variable.variable
        for removed in delta.variables_removed:
            if removed.name is None:
                self.variables.pop(removed.execution_id, None)
            else:
                del self.variables[removed.execution_id][removed.name]
        self._open(delta)
        self._close(delta)
        for record in delta.activities:
            self._record(record)
        for instance in delta.instances_ended:
            assert instance.id not in self.ended
            self.ended[instance.id] = instance.state

    def _open(self, delta: Delta) -> None:
        for opened, into in (
            (delta.tasks_created, self.tasks),
            (delta.user_tasks_created, self.user_tasks),
            (delta.jobs_created, self.jobs),
            (delta.subscriptions_created, self.subscriptions),
        ):
            for entry in opened:
                assert entry.id not in into
                into[entry.id] = entry.activity_id

    def _close(self, delta: Delta) -> None:
        for task in delta.tasks_ended:
            del self.tasks[task.id]
        for user_task in delta.user_tasks_ended:
            del self.user_tasks[user_task.id]
        for job_id in delta.jobs_removed:
            del self.jobs[job_id]
        for subscription_id in delta.subscriptions_removed:
            del self.subscriptions[subscription_id]

    def _record(self, record: ActivityRecord) -> None:
        if record.begun:
            assert record.id not in self.records
            self.records[record.id] = record
        else:
            known = self.records[record.id]
            assert known.ended_at is None
            known.ended_at, known.canceled = record.ended_at, record.canceled

    def possible(self) -> list[Callable[[], Command]]:
        """Return what could happen next: every task, job, message and waiting receive task."""
        commands: list[Callable[[], Command]] = []
        for task_id, activity_id in self.tasks.items():
            raises = self._name_of(activity_id) == "raise"
            commands.append(lambda id=task_id, raises=raises: _report(id, raises))  # type: ignore[misc]
        commands += [lambda id=task_id: CompleteUserTask(id) for task_id in self.user_tasks]  # type: ignore[misc]
        commands += [lambda id=job_id: FireJob(id) for job_id in self.jobs]  # type: ignore[misc]
        commands += [lambda id=one: DeliverEvent(id) for one in self.subscriptions]  # type: ignore[misc]
        commands += [lambda id=one: SignalExecution(id) for one in self._receiving()]  # type: ignore[misc]
        return commands

    def _receiving(self) -> list[str]:
        """Return the executions at receive tasks without a message, which nothing but a signal to them continues."""
        return [
            execution_id
            for execution_id, execution in self.state["executions"].items()
            if execution["k"] == "activity" and self._waits_for_signal(execution["n"])
        ]

    def _waits_for_signal(self, activity_id: str) -> bool:
        node = self.definitions.node(activity_id)
        return node is not None and node.behaviour == "receive" and node.event.type == "none"

    def _name_of(self, activity_id: str) -> str | None:
        node = self.definitions.node(activity_id)
        return None if node is None else node.name

    def visits(self) -> Counter[str]:
        """Count the activities that have completed."""
        return Counter(
            record.activity_id for record in self.records.values() if record.ended_at and not record.canceled
        )


def _report(task_id: str, raises: bool) -> Command:
    return RaiseBpmnError(task_id, "E") if raises else CompleteExternalTask(task_id)

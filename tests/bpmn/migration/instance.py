"""One process instance between two versions of a model, kept in memory as a server keeps it, and as REST shows it."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import Any

from app.bpmn import commands
from app.bpmn.commands import Command
from app.bpmn.context import CalledElement, RunContext
from app.bpmn.delta import ActivityRecord, Delta
from app.bpmn.execution import run
from app.bpmn.execution.inspect import ActivityInstance, activity_tree
from app.bpmn.graph import Process
from app.bpmn.migration import Activities, Instruction, Migrated, Migration, check, generate, migrate
from app.bpmn.migration.instance_report import PartRefusal
from app.bpmn.migration.moved import Moved
from app.bpmn.parser import parse
from app.bpmn.values import Variable, from_python, to_python
from app.errors import ErrandError

NOW_MS = 1_767_225_600_000
MS_PER_HOUR = 3_600_000
Row = dict[str, Any]


class Versions:
    """The definitions of two files: `A` and `B` are the first process of each, others go by their keys."""

    def __init__(self, first: str, second: str) -> None:
        self.processes: dict[str, Process] = {}
        for name, xml in (("A", first), ("B", second)):
            main, *others = parse(xml.encode()).processes
            self.processes[name] = main
            self.processes |= {process.key: process for process in others}
        self.activities = {name: Activities(self.processes[name], name) for name in ("A", "B")}

    def get(self, definition_id: str) -> Process:
        """Return a process."""
        return self.processes[definition_id]

    def called(self, element: CalledElement) -> tuple[str, Process]:
        """Return a called process."""
        return element.key, self.processes[element.key]


class MigratingInstance:
    """An instance of `A` that may become one of `B`: rows of tasks, jobs, subscriptions, variables and activities."""

    def __init__(self, first: str, second: str, variables: Row | None = None) -> None:
        self.versions = Versions(first, second)
        self.state: str | None = None
        self.variables: dict[str, dict[str, Variable]] = {}
        self.tasks: dict[str, Row] = {}
        self.jobs: dict[str, Row] = {}
        self.subscriptions: dict[str, Row] = {}
        self.records: dict[str, ActivityRecord] = {}
        self.first_seen: dict[str, str] = {}
        self._ids = itertools.count(1)
        started = {name: from_python(value) for name, value in (variables or {}).items()}
        self.apply(commands.StartInstance("A", "root", variables=started))

    # what happens

    def apply(self, command: Command) -> None:
        """Carry out a command and keep what it changed. Raises ErrandError: then nothing has happened."""
        delta = run(command, None if self.state is None else json.loads(self.state), self._context())
        self._keep(delta)

    def _context(self) -> RunContext:
        return RunContext(self.versions, NOW_MS, lambda: f"id{next(self._ids)}", lambda: self.variables)

    def _keep(self, delta: Delta) -> None:
        self.state = None if delta.state is None else json.dumps(delta.state)
        for change in delta.variables_set:
            self.variables.setdefault(change.execution_id, {})[change.name] = change.variable
        for removed in delta.variables_removed:
            if removed.name is None:
                self.variables.pop(removed.execution_id, None)
            else:
                self.variables[removed.execution_id].pop(removed.name, None)
        self._open(delta)
        for ended in [*delta.tasks_ended, *delta.user_tasks_ended]:
            del self.tasks[ended.id]
        for job_id in delta.jobs_removed:
            del self.jobs[job_id]
        for subscription_id in delta.subscriptions_removed:
            del self.subscriptions[subscription_id]
        self._record(delta)

    def _open(self, delta: Delta) -> None:
        for task in delta.tasks_created:
            row = {"activity": task.activity_id, "topic": task.topic, "worker": None, "retries": None}
            self.tasks[task.id] = row
        for user_task in delta.user_tasks_created:
            row = {"activity": user_task.activity_id, "name": user_task.name, "assignee": user_task.assignee}
            self.tasks[user_task.id] = row
        for job in delta.jobs_created:
            hours = None if job.due_at is None else round((job.due_at - NOW_MS) / MS_PER_HOUR)
            self.jobs[job.id] = {"activity": job.activity_id, "kind": job.kind, "hours": hours}
        for new in delta.subscriptions_created:
            row = {"activity": new.activity_id, "kind": new.kind, "name": new.name, "execution": new.execution_id}
            self.subscriptions[new.id] = row

    def _record(self, delta: Delta) -> None:
        for record in delta.activities:
            if record.begun:
                assert record.id not in self.records
                self.records[record.id] = record
            else:
                known = self.records[record.id]
                assert known.ended_at is None
                known.ended_at, known.canceled = record.ended_at, record.canceled

    def migrate(
        self,
        instructions: list[Instruction],
        variables: Row | None = None,
        *,
        skip_io_mappings: bool = False,
        skip_listeners: bool = False,
    ) -> Migrated:
        """Migrate by a plan that is valid."""
        assert self.state is not None
        typed = None if variables is None else {name: from_python(value) for name, value in variables.items()}
        both = self.versions.activities
        migration = Migration("root", both["A"], both["B"], instructions, typed, skip_io_mappings, skip_listeners)
        before = self.state
        state = json.loads(before)
        migrated = migrate(migration, state, self._context())
        assert json.dumps(state) == before, "the state that was passed in has been changed"
        if not migrated.report.is_refused:
            self._move(migrated.moved)
            self._keep(migrated.delta)
        return migrated

    def _move(self, moved: Moved) -> None:
        for activity in moved.activities:
            record = self.records[activity.id]
            if record.ended_at is None:
                record.activity_id, record.definition_id = activity.activity_id, moved.definition_id
                record.parent_id = activity.parent_id
            task_id = activity.external_task_id or activity.user_task_id
            if task_id is not None:
                self.tasks[task_id]["activity"] = activity.activity_id
        for job in moved.jobs:
            self.jobs[job.id]["activity"] = job.activity_id
            if job.new_due is not None:
                self.jobs[job.id]["hours"] = round((job.new_due.due_at - NOW_MS) / MS_PER_HOUR)
        for each in moved.subscriptions:
            row = self.subscriptions[each.id]
            row["activity"], row["execution"] = each.activity_id, each.execution_id
            if each.new_name is not None:
                row["name"] = each.new_name.name

    def outcome(self, instructions: list[list[Any]], variables: Row | None, skip_io_mappings: bool) -> Row:
        """Migrate as a server is asked to; return {"ok": True}, or why not."""
        if self.state is None:
            return {"ok": False, "status": 500}
        plan = [Instruction(*each) for each in instructions]
        try:
            migrated = self.migrate(plan, variables, skip_io_mappings=skip_io_mappings)
        except ErrandError:
            return {"ok": False, "status": 500}
        return {"ok": False, "status": 400, **self.refusal(migrated)} if migrated.report.is_refused else {"ok": True}

    # what can be asked

    def generate(self, *, update_event_triggers: bool = False) -> list[list[Any]]:
        """Return the proposed instructions: [source, target, flag]."""
        both = self.versions.activities
        found = generate(both["A"], both["B"], update_event_triggers=update_event_triggers)
        return [[each.source_id, each.target_id, each.update_event_trigger] for each in found]

    def checked(self, instructions: list[list[Any]]) -> list[list[Any]]:
        """Return what is wrong with a plan of plain lists."""
        return self.check([Instruction(*each) for each in instructions])

    def check(self, instructions: list[Instruction]) -> list[list[Any]]:
        """Return what is wrong with a plan: [[source, target, flag], failures]."""
        both = self.versions.activities
        refused = ((each.instruction, each.failures) for each in check(both["A"], both["B"], instructions))
        return [[[it.source_id, it.target_id, it.update_event_trigger], [*failures]] for it, failures in refused]

    def refusal(self, migrated: Migrated) -> Row:
        """Return why an instance may not migrate, without ids."""
        return {
            "activities": sorted(self._refused(each) for each in migrated.report.activities),
            "transitions": sorted(self._refused(each) for each in migrated.report.transitions),
        }

    def _refused(self, refusal: PartRefusal) -> list[Any]:
        return [refusal.source_id, sorted(refusal.failures)]

    # what can be seen

    def observe(self) -> Row:
        """Return what is compared after every step; an activity, job or subscription shows what it first was."""
        if self.state is None:
            return {"ended": True, "history": self._history()}
        tree = activity_tree(json.loads(self.state), self.versions)
        return {
            "ended": False,
            "tree": self._tree(tree),
            "tasks": sorted((self._task(id, row) for id, row in self.tasks.items()), key=str),
            "jobs": sorted(
                ([self._seen(id, row["activity"]), row["kind"], row["hours"]] for id, row in self.jobs.items()), key=str
            ),
            "subscriptions": sorted(
                ([self._seen(id, row["activity"]), row["kind"], row["name"]] for id, row in self.subscriptions.items()),
                key=str,
            ),
            "variables": sorted(
                ([name, to_python(variable)] for scope in self.variables.values() for name, variable in scope.items()),
                key=str,
            ),
            "history": self._history(),
        }

    def _task(self, id: str, row: Row) -> list[Any]:
        activity = self._seen(id, row["activity"])
        if "topic" in row:
            return [activity, row["topic"], row["worker"], row["retries"]]
        return [activity, row["name"], row["assignee"]]

    def _seen(self, id: str, activity_id: str) -> str:
        first = self.first_seen.setdefault(id, activity_id)
        return activity_id if first == activity_id else f"{activity_id}<{first}"

    def _tree(self, shown: ActivityInstance) -> list[Any]:
        children = sorted(self._tree(child) for child in shown.children)
        waiting = sorted(each.activity_id for each in shown.transitions)
        return [self._seen(shown.id, shown.activity_id) if shown.parent_activity_instance_id else "", children, waiting]

    def _history(self) -> Row:
        of_root = [record for record in self.records.values() if record.instance_id == "root"]
        shown = (f"{r.activity_id}/{r.definition_id}/{'open' if r.ended_at is None else r.canceled}" for r in of_root)
        return dict(sorted(Counter(shown).items()))

    # what can be done

    def do(self, operation: list[Any]) -> bool:
        """Do one operation, to all that there is of a kind unless it says otherwise; tell whether it was accepted."""
        kind, of = operation
        try:
            if kind == "set":
                self.apply(commands.SetVariables("root", {"x": from_python(of)}))
                return True
            rows = {"job": self.jobs, "event": self.subscriptions}.get(kind, self.tasks)
            found = [id for id, row in rows.items() if row["activity"] == of.removesuffix("#multiInstanceBody")]
            for id in found[: 1 if kind == "complete" else None]:
                if id in rows:
                    self._do(kind, id)
        except ErrandError:
            return False
        return bool(found)

    def _do(self, kind: str, id: str) -> None:
        match kind:
            case "job":
                self.apply(commands.FireJob(id))
            case "event":
                self.apply(commands.DeliverEvent(id))
            case "lock":
                self.tasks[id]["worker"] = "w"
            case "fail":
                self.tasks[id].update(worker="w", retries=0)
            case _ if "topic" in self.tasks[id]:
                self.apply(commands.CompleteExternalTask(id))
            case _:
                self.apply(commands.CompleteUserTask(id))

"""User tasks: what persons do with them. Each verb is one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app import clock
from app.bpmn.commands import CompleteUserTask, Policy, RaiseBpmnError, RaiseEscalation, SetVariables
from app.bpmn.delta import Delta
from app.bpmn.form_values import submitted
from app.bpmn.values import Variables
from app.database.decorators import transaction
from app.engine.forms import task_form
from app.engine.process_engine import ProcessEngine
from app.errors import InvalidInput, NotFound, Refused, Suspended
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.models import ActivityInstance, UserTask
from app.queries.conditions import Criteria
from app.queries.variables import visible_from
from app.queries.waiting_user_tasks import WAITING_USER_TASKS
from app.services.identity_links import IdentityLink, with_link, without_link

MAX_USER_ID = 255


@dataclass(frozen=True, slots=True)
class WaitingAt:
    """An open user task, named by the activity instance that it is, and by where that must be.

    Source: process-engine.io.
    """

    activity_instance_id: str
    process_instance_id: str | None = None
    correlation_id: str | None = None

    def criteria(self) -> Criteria:
        """Return the criteria of `WAITING_USER_TASKS`."""
        names = {
            "activity_instance_ids": self.activity_instance_id,
            "process_instance_ids": self.process_instance_id,
            "correlation_ids": self.correlation_id,
        }
        return {name: [id] for name, id in names.items() if id}


TaskName = str | WaitingAt
"""How a verb may be told which task is meant: by its id, or by its activity instance."""


class UserTasks:
    """Act on open user tasks. Every verb raises Forbidden and, for a task that is not open, NotFound."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self.database = engine.database

    @transaction
    def complete(self, identity: Identity, name: TaskName, variables: Variables | None = None) -> UserTask:
        """Complete the task and return it as it was; its process goes on. Raises Suspended, EngineFailed."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        task = self._locked(name)
        self.engine.apply(task.root_id, CompleteUserTask(task.id, variables or {}))
        return task

    @transaction
    def submit_form(self, identity: Identity, id: str, variables: Variables | None = None) -> UserTask:
        """Complete the task with what was entered into its form, as the form's fields say.

        Raises Suspended, EngineFailed, also for a value that does not fit its field.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        task = self._locked(id)
        form = task_form(self.engine.definitions, task)
        seen = visible_from(self.database, task.execution_id) if form.fields else {}
        values = submitted(form, variables or {}, seen, clock.now_ms())
        self.engine.apply(task.root_id, CompleteUserTask(task.id, values))
        return task

    @transaction
    def claim(self, identity: Identity, name: TaskName, user_id: str | None) -> None:
        """Make a person the assignee, unless somebody else is. Raises Refused, Suspended."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        task = self._locked(name)
        if task.assignee is not None and task.assignee != user_id:
            raise Refused(f"Task '{task.id}' is already claimed by someone else.", id=task.id, assignee=task.assignee)
        self._assign(task, user_id)

    @transaction
    def unclaim(self, identity: Identity, name: TaskName) -> None:
        """Take the assignee away. Raises Suspended."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        self._assign(self._locked(name), None)

    @transaction
    def assign(self, identity: Identity, id: str, user_id: str | None) -> None:
        """Make a person the assignee, whoever was before. Raises Suspended."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        self._assign(self._locked(id), user_id)

    @transaction
    def delegate(self, identity: Identity, id: str, user_id: str | None) -> None:
        """Let another person do the task for its owner, who gets it back by `resolve`. Raises Suspended."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        task = self._locked(id)
        self._assign(task, user_id, owner=task.owner or task.assignee, delegation_state="PENDING")

    @transaction
    def resolve(self, identity: Identity, id: str, variables: Variables | None = None) -> None:
        """Give a delegated task back to its owner, unless the variables end it. Raises Suspended."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        task = self._locked(id)
        if variables:
            self.engine.apply(task.root_id, SetVariables(task.execution_id, variables))
        self._assign(task, task.owner, delegation_state="RESOLVED")

    @transaction
    def change(self, identity: Identity, id: str, columns: Mapping[str, Any]) -> None:
        """Change attributes of the row: name, description, priority, owner, due_at, follow_up_at and the like."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        self._change(self._locked(id), columns)

    @transaction
    def link(self, identity: Identity, id: str, link: IdentityLink) -> None:
        """Give the task an assignee or an owner, or one candidate more. Raises InvalidInput, Suspended."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        task = self._locked(id)
        self._change(task, with_link(task, link))

    @transaction
    def unlink(self, identity: Identity, id: str, link: IdentityLink) -> None:
        """Take the assignee, the owner or a candidate away, if the task has it. Raises InvalidInput, Suspended."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        task = self._locked(id)
        self._change(task, without_link(task, link))

    @transaction
    def raise_bpmn_error(
        self,
        identity: Identity,
        id: str,
        error_code: str,
        error_message: str | None = None,
        variables: Variables | None = None,
        *,
        policy: Policy = "incident",
    ) -> Delta:
        """Throw a BPMN error from the task. Raises InvalidInput, Suspended, EngineFailed."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        _require("error_code", error_code)
        task = self._locked(id)
        command = RaiseBpmnError(id, error_code, error_message, variables or {}, self.engine.policy(policy))
        return self.engine.apply(task.root_id, command)

    @transaction
    def raise_escalation(
        self, identity: Identity, id: str, escalation_code: str, variables: Variables | None = None
    ) -> None:
        """Throw an escalation from the task. Raises InvalidInput, Suspended, EngineFailed."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        _require("escalation_code", escalation_code)
        task = self._locked(id)
        self.engine.apply(task.root_id, RaiseEscalation(id, escalation_code, variables or {}))

    @transaction
    def set_variables(
        self,
        identity: Identity,
        id: str,
        variables: Variables,
        removals: tuple[str, ...] = (),
        local: bool = False,
    ) -> None:
        """Change variables seen from the task, or (`local`) its own."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        task = self.open(id)
        owner = task.id if local else None
        command = SetVariables(task.execution_id, dict(variables), tuple(removals), local, owner)
        self.engine.apply(task.root_id, command)

    def open(self, name: TaskName) -> UserTask:
        """Within a transaction: return the row of an open task. Raises NotFound."""
        if isinstance(name, WaitingAt):
            waiting = WAITING_USER_TASKS.find(self.database, name.criteria(), limit=1)
            if not waiting:
                raise NotFound(name.activity_instance_id, kind="waiting user task")
            return waiting[0]
        found = UserTask.get_or_none(UserTask.id == name, UserTask.ended_at.is_null())
        if found is None:
            raise NotFound(name, kind="task")
        return found

    def _locked(self, name: TaskName) -> UserTask:
        """Lock the tree first, then look again: another request may have ended the task meanwhile."""
        self.engine.lock(self.open(name).root_id)
        task = self.open(name)
        if task.suspended:
            raise Suspended("task", task.id)
        return task

    def _change(self, task: UserTask, columns: Mapping[str, Any]) -> None:
        UserTask.update({**columns, "updated_at": clock.now_ms()}).where(UserTask.id == task.id).execute()

    def _assign(self, task: UserTask, user_id: str | None, **columns: Any) -> None:
        if user_id is not None and len(user_id) > MAX_USER_ID:
            raise InvalidInput("A user id is too long.", field="user_id", rule="too_long")
        changes = {"assignee": user_id, "updated_at": clock.now_ms(), **columns}
        if UserTask.update(changes).where(UserTask.id == task.id, UserTask.ended_at.is_null()).execute():
            history = ActivityInstance.id == task.activity_instance_id
            ActivityInstance.update(assignee=user_id).where(history).execute()


def _require(field: str, value: str | None) -> None:
    if not value:
        raise InvalidInput(f"{field} must not be empty.", field=field, rule="required", value=value)

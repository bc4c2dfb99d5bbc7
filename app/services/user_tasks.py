"""User tasks: what persons do with them. Each verb is one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app import clock
from app.bpmn.commands import CompleteUserTask, Policy, RaiseBpmnError, RaiseEscalation, SetVariables
from app.bpmn.delta import Delta
from app.bpmn.values import Variables
from app.database.decorators import transaction
from app.engine.process_engine import ProcessEngine
from app.errors import InvalidInput, NotFound, Refused, Suspended
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.models import ActivityInstance, UserTask

MAX_USER_ID = 255


class UserTasks:
    """Act on open user tasks. Every verb raises Forbidden and, for a task that is not open, NotFound."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self.database = engine.database

    @transaction
    def complete(self, identity: Identity, id: str, variables: Variables | None = None) -> None:
        """Complete the task; its process goes on. Raises Suspended, EngineFailed."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        task = self._locked(id)
        self.engine.apply(task.root_id, CompleteUserTask(id, variables or {}))

    @transaction
    def claim(self, identity: Identity, id: str, user_id: str | None) -> None:
        """Make a person the assignee, unless somebody else is. Raises Refused, Suspended."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        task = self._locked(id)
        if task.assignee is not None and task.assignee != user_id:
            raise Refused(f"Task '{id}' is already claimed by someone else.", id=id, assignee=task.assignee)
        self._assign(task, user_id)

    @transaction
    def unclaim(self, identity: Identity, id: str) -> None:
        """Take the assignee away. Raises Suspended."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        self._assign(self._locked(id), None)

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
        """Give a delegated task back to its owner. Raises Suspended."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        task = self._locked(id)
        if variables:
            self.engine.apply(task.root_id, SetVariables(task.execution_id, variables))
        self._assign(task, task.owner, delegation_state="RESOLVED")

    @transaction
    def change(self, identity: Identity, id: str, columns: Mapping[str, Any]) -> None:
        """Change attributes of the row: name, description, priority, owner, due_at, follow_up_at and the like."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        self._locked(id)
        UserTask.update({**columns, "updated_at": clock.now_ms()}).where(UserTask.id == id).execute()

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

    def open(self, id: str) -> UserTask:
        """Return the row of an open task. Raises NotFound."""
        found = UserTask.get_or_none(UserTask.id == id, UserTask.ended_at.is_null())
        if found is None:
            raise NotFound(id, kind="task")
        return found

    def _locked(self, id: str) -> UserTask:
        """Lock the tree first, then look again: another request may have ended the task meanwhile."""
        self.engine.lock(self.open(id).root_id)
        task = self.open(id)
        if task.suspended:
            raise Suspended("task", id)
        return task

    def _assign(self, task: UserTask, user_id: str | None, **columns: Any) -> None:
        if user_id is not None and len(user_id) > MAX_USER_ID:
            raise InvalidInput("A user id is too long.", field="user_id", rule="too_long")
        changes = {"assignee": user_id, "updated_at": clock.now_ms(), **columns}
        UserTask.update(changes).where(UserTask.id == task.id).execute()
        history = ActivityInstance.id == task.activity_instance_id
        ActivityInstance.update(assignee=user_id).where(history).execute()


def _require(field: str, value: str | None) -> None:
    if not value:
        raise InvalidInput(f"{field} must not be empty.", field=field, rule="required", value=value)

"""Process instances: start, delete, modify, and their variables. Each verb is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from app.bpmn.commands import (
    CancelInstance,
    ModifyInstance,
    SetVariables,
    SignalExecution,
    StartInstance,
    StartInstruction,
)
from app.bpmn.limits import NAME_LENGTH
from app.bpmn.values import Variables
from app.database.decorators import reading, transaction
from app.engine.activity_tree import ActivityNode, ExecutionNode, activity_tree, executions
from app.engine.definitions import DefinitionNow
from app.errors import InvalidInput, NotFound, ProcessInstanceNotFound, Refused, Suspended
from app.identity import ANONYMOUS, MANAGE_PROCESS_INSTANCES, Identity
from app.ids import new_id
from app.models import ActivityInstance, EventSubscription, InstanceState, Job, ProcessInstance
from app.services.process_instances.suspension import Suspension

if TYPE_CHECKING:
    from app.engine.process_engine import ProcessEngine

MAX_REASON = 4000


@dataclass(frozen=True, slots=True)
class Start:
    """What a new instance begins with; `activity_id` is the start event, None the one without a trigger."""

    business_key: str | None = None
    variables: Variables | None = None
    activity_id: str | None = None
    instructions: tuple[StartInstruction, ...] = ()
    user_id: str | None = None
    case_instance_id: str | None = None


class Instances:
    """Start process instances and act on running ones."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self.database = engine.database
        self.suspension = Suspension(engine)

    def start(
        self,
        identity: Identity,
        *,
        definition_id: str | None = None,
        key: str | None = None,
        tenant_id: str | None = None,
        business_key: str | None = None,
        variables: Variables | None = None,
        instructions: Sequence[StartInstruction] = (),
        case_instance_id: str | None = None,
    ) -> ProcessInstance:
        """Start an instance of a definition, or of the latest version of `key` (in `tenant_id`, None: without tenant).

        Returns its record, which may have ended already. Raises Forbidden, DefinitionNotFound, Suspended, Refused,
        EngineFailed.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        check_length("business_key", business_key)
        check_length("case_instance_id", case_instance_id)
        start = Start(business_key, variables, None, tuple(instructions), user_of(identity), case_instance_id)

        def work() -> ProcessInstance:
            return self.begin(self._definition(definition_id, key, tenant_id), start)

        return self.database.write_jointly(work)

    def begin(self, definition: DefinitionNow, start: Start) -> ProcessInstance:
        """Within a transaction: start an instance of this definition. Raises Suspended, Refused, EngineFailed."""
        if definition.suspended:
            raise Suspended("process definition", definition.id)
        if start.activity_id is None and not start.instructions:
            self._require_none_start(definition)
        instance_id = new_id()
        command = StartInstance(
            definition.id,
            instance_id,
            start.business_key,
            start.variables or {},
            start.activity_id,
            start.instructions,
        )
        return self.engine.begin(command, start.user_id, start.case_instance_id)

    @transaction
    def delete(
        self, identity: Identity, instance_id: str, reason: str | None = None, skip_io_mappings: bool = False
    ) -> None:
        """End a running instance from outside, with all that it called. Raises Forbidden, ProcessInstanceNotFound."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        check_length("reason", reason, MAX_REASON)
        root_id = self.running(instance_id).root_id
        self.engine.apply(root_id, CancelInstance(instance_id, reason, skip_io_mappings=skip_io_mappings))

    @transaction
    def modify(
        self,
        identity: Identity,
        instance_id: str,
        instructions: Sequence[StartInstruction],
        skip_io_mappings: bool = False,
    ) -> None:
        """Start and cancel activities of a running instance, in the order given.

        Raises Forbidden, ProcessInstanceNotFound, InvalidInput, EngineFailed.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        root_id = self.running(instance_id).root_id
        self.engine.apply(root_id, ModifyInstance(instance_id, tuple(instructions), skip_io_mappings))

    @transaction
    def set_variables(
        self,
        identity: Identity,
        execution_id: str,
        variables: Variables,
        removals: Sequence[str] = (),
        local: bool = False,
    ) -> None:
        """Change variables seen from an execution (a process instance is one too). Raises Forbidden, NotFound."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        root_id, _ = self.place_of(execution_id)
        self.engine.apply(root_id, SetVariables(execution_id, dict(variables), tuple(removals), local))

    @transaction
    def signal(self, identity: Identity, execution_id: str, variables: Variables | None = None) -> None:
        """Continue an execution that waits without an event of its own.

        Raises Forbidden, NotFound, Suspended, EngineFailed.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        root_id, instance_id = self.place_of(execution_id)
        self.refuse_suspended(instance_id)
        self.engine.apply(root_id, SignalExecution(execution_id, variables or {}))

    def suspend(
        self,
        identity: Identity,
        *,
        suspended: bool,
        instance_id: str | None = None,
        definition_id: str | None = None,
        definition_key: str | None = None,
        tenant_id: str | None = None,
        any_tenant: bool = True,
        include_instances: bool = False,
    ) -> None:
        """Suspend or activate one instance, or one definition or all of a key, with or without their instances.

        A definition by key is looked for in every tenant, or (`any_tenant` false) in `tenant_id` alone.

        Raises Forbidden, NotFound.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        chosen = [name for name in (instance_id, definition_id, definition_key) if name is not None]
        if len(chosen) != 1:
            raise InvalidInput("Name one process instance, definition or key.", field="id", rule="required")
        if instance_id is not None:
            self.suspension.of_instance(instance_id, suspended)
        elif definition_id is not None:
            self.suspension.of_definition(definition_id, suspended, include_instances)
        elif definition_key is not None:
            self.suspension.of_key(definition_key, suspended, include_instances, tenant_id, any_tenant)

    @reading
    def activity_tree(self, instance_id: str) -> ActivityNode:
        """Return the tree of what is active in a running instance. Raises ProcessInstanceNotFound."""
        instance = self.running(instance_id)
        return activity_tree(instance, self._state(instance.root_id), self.engine.definitions)

    @reading
    def executions(self, instance_id: str) -> list[ExecutionNode]:
        """Return the executions of a running instance. Raises ProcessInstanceNotFound."""
        instance = self.running(instance_id)
        return executions(instance, self._state(instance.root_id), self.engine.definitions)

    def running(self, instance_id: str) -> ProcessInstance:
        """Return the record of a running instance. Raises ProcessInstanceNotFound."""
        found = ProcessInstance.get_or_none(ProcessInstance.id == instance_id, ProcessInstance.ended_at.is_null())
        if found is None:
            raise ProcessInstanceNotFound(instance_id)
        return found

    def refuse_suspended(self, instance_id: str) -> None:
        """Raise Suspended if the process instance is."""
        state = ProcessInstance.select(ProcessInstance.state).where(ProcessInstance.id == instance_id).scalar()
        if state == "SUSPENDED":
            raise Suspended("process instance", instance_id)

    def place_of(self, execution_id: str) -> tuple[str, str]:
        """Return the root of the tree in which an execution runs, and its process instance. Raises NotFound."""
        running = ProcessInstance.select(ProcessInstance.root_id, ProcessInstance.id).where(
            ProcessInstance.id == execution_id, ProcessInstance.ended_at.is_null()
        )
        waiting = (
            table.select(table.root_id, table.process_instance_id).where(table.execution_id == execution_id)
            for table in (EventSubscription, Job)
        )
        active = ActivityInstance.select(ActivityInstance.root_id, ActivityInstance.process_instance_id).where(
            ActivityInstance.execution_id == execution_id, ActivityInstance.ended_at.is_null()
        )
        for query in (running, active, *waiting):
            found = query.tuples().first()
            if found is not None:
                return found[0], found[1]
        raise NotFound(execution_id, kind="execution")

    def _definition(self, definition_id: str | None, key: str | None, tenant_id: str | None) -> DefinitionNow:
        if definition_id is not None:
            return self.engine.definitions.now(definition_id)
        if key is None:
            raise InvalidInput("Name a process definition or its key.", field="key", rule="required")
        return self.engine.definitions.latest(key, tenant_id)

    def _require_none_start(self, definition: DefinitionNow) -> None:
        if self.engine.definitions.get(definition.id).none_start is None:
            raise Refused(
                f"processDefinition '{definition.id}' has no default start activity (e.g. none start event), hence it "
                "has to be started by one of its start events (e.g. a message)."
            )

    def _state(self, root_id: str) -> dict[str, Any]:
        row = InstanceState.get_or_none(InstanceState.id == root_id)
        if row is None:
            raise ProcessInstanceNotFound(root_id)
        state: dict[str, Any] = orjson.loads(row.body)
        return state


def user_of(identity: Identity) -> str | None:
    """Return whom the history names as the starter: nobody for a caller who did not say who it is."""
    return None if identity is ANONYMOUS else identity.user_id


def check_length(field: str, text: str | None, most: int = NAME_LENGTH) -> None:
    """Raise InvalidInput for a text of more than `most` characters."""
    if text is not None and len(text) > most:
        raise InvalidInput(f"{field} is longer than {most} characters.", field=field, rule="too_long")

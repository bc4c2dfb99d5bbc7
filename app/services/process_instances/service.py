"""Process instances: start, delete, modify, and their variables. Each verb is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from app import clock
from app.bpmn.commands import (
    CancelInstance,
    ModifyInstance,
    SetVariables,
    SignalExecution,
    StartInstruction,
)
from app.bpmn.form_values import submitted
from app.bpmn.values import Variables
from app.database.decorators import reading, transaction
from app.engine.activity_tree import ActivityNode, ExecutionNode, activity_tree, executions
from app.engine.definitions import DefinitionNow
from app.engine.forms import start_form
from app.engine.process_engine import ProcessEngine
from app.engine.starting import Start
from app.errors import InvalidInput, ProcessInstanceNotFound
from app.identity import MANAGE_PROCESS_INSTANCES, Identity, user_of
from app.models import InstanceState, ProcessInstance
from app.models.process_instance import lock_trees
from app.queries.selection import Chosen, ids_of
from app.queries.variables import local_to, visible_from
from app.services.instance_reach import require_reach
from app.services.process_instances.restart import Restart, restart_instances
from app.services.process_instances.running import place_of, refuse_suspended, roots_of, running
from app.services.process_instances.suspension import Suspension
from app.services.validation import check_length
from app.storable import storable

MAX_REASON = 4000


class ProcessInstances:
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
            return self.engine.begin(self._definition(definition_id, key, tenant_id), start)

        return self.database.write_jointly(work)

    def submit_form(
        self,
        identity: Identity,
        definition_id: str,
        *,
        business_key: str | None = None,
        variables: Variables | None = None,
    ) -> ProcessInstance:
        """Start an instance with what was entered into the form of its start event, as its fields say.

        Raises what `start` raises; EngineFailed also for a value that does not fit its field.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        form = start_form(self.engine.definitions, definition_id)
        values = submitted(form, variables or {}, {}, clock.now_ms())
        return self.start(identity, definition_id=definition_id, business_key=business_key, variables=values)

    @transaction
    def delete(
        self, identity: Identity, instance_id: str, reason: str | None = None, skip_io_mappings: bool = False
    ) -> None:
        """End a running instance from outside, with all that it called. Raises Forbidden, ProcessInstanceNotFound."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        check_length("reason", reason, MAX_REASON)
        kept = None if reason is None else storable(reason)
        root_id = running(instance_id).root_id
        self.engine.apply(
            root_id,
            CancelInstance(instance_id, kept, skip_io_mappings=skip_io_mappings),
        )

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
        root_id = running(instance_id).root_id
        self.engine.apply(root_id, ModifyInstance(instance_id, tuple(instructions), skip_io_mappings))

    @transaction
    def modify_many(
        self,
        identity: Identity,
        chosen: Chosen,
        instructions: Sequence[StartInstruction],
        skip_io_mappings: bool = False,
    ) -> None:
        """Start and cancel activities of many running instances, as `modify` does: of all or of none.

        What is chosen is asked again under the locks of the trees, so that what is only found may end meanwhile.

        Raises Forbidden, ProcessInstanceNotFound, InvalidInput, EngineFailed, and what `chosen` raises.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        roots = roots_of(ids_of(chosen, self.database))
        lock_trees(self.database, roots.values())
        for id in ids_of(chosen, self.database):
            if id in roots:
                self.engine.apply(roots[id], ModifyInstance(id, tuple(instructions), skip_io_mappings))

    @transaction
    def set_variables(
        self,
        identity: Identity,
        execution_id: str,
        variables: Variables,
        removals: Sequence[str] = (),
        local: bool = False,
    ) -> None:
        """Change variables seen from an execution (a process instance is one too), as far as the identity reaches.

        Raises Forbidden, NotFound.
        """
        require_reach(self.database, identity, execution_id)
        root_id, _ = place_of(execution_id)
        self.engine.lock(root_id)
        require_reach(self.database, identity, execution_id)  # its task may have ended before the tree was locked
        self.engine.apply(root_id, SetVariables(execution_id, dict(variables), tuple(removals), local))

    @reading
    def variables(
        self, identity: Identity, execution_id: str, names: Sequence[str] | None = None, *, local: bool = False
    ) -> Variables:
        """Return the variables seen from an execution, or (`local`) its own; of these names, if any are given.

        Raises Forbidden, NotFound.
        """
        require_reach(self.database, identity, execution_id)
        return (local_to if local else visible_from)(self.database, execution_id, names)

    @transaction
    def signal(self, identity: Identity, execution_id: str, variables: Variables | None = None) -> None:
        """Continue an execution that waits without an event of its own.

        Raises Forbidden, NotFound, Suspended, EngineFailed.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        root_id, instance_id = place_of(execution_id)
        refuse_suspended(instance_id)
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

    @transaction
    def suspend_many(self, identity: Identity, chosen: Chosen, suspended: bool) -> None:
        """Suspend or activate running instances; those that have ended are left out. Raises Forbidden, and what
        `chosen` raises."""
        identity.require(MANAGE_PROCESS_INSTANCES)
        self.suspension.of_instances(ids_of(chosen, self.database), suspended)

    @transaction
    def restart(self, identity: Identity, restart: Restart, chosen: Chosen) -> list[ProcessInstance]:
        """Start an instance for each ended one and return the new ones; all or nothing.

        Raises Forbidden, DefinitionNotFound, ProcessInstanceNotFound, Refused (it runs, or is of another definition),
        Suspended, EngineFailed, and what `chosen` raises.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        return restart_instances(self.engine, restart, ids_of(chosen, self.database), user_of(identity))

    @reading
    def activity_tree(self, instance_id: str) -> ActivityNode:
        """Return the tree of what is active in a running instance. Raises ProcessInstanceNotFound."""
        instance = running(instance_id)
        return activity_tree(instance, self._state(instance.root_id), self.engine.definitions)

    @reading
    def executions(self, instance_id: str) -> list[ExecutionNode]:
        """Return the executions of a running instance. Raises ProcessInstanceNotFound."""
        instance = running(instance_id)
        return executions(instance, self._state(instance.root_id), self.engine.definitions)

    def _definition(self, definition_id: str | None, key: str | None, tenant_id: str | None) -> DefinitionNow:
        if definition_id is not None:
            return self.engine.definitions.now(definition_id)
        if key is None:
            raise InvalidInput("Name a process definition or its key.", field="key", rule="required")
        return self.engine.definitions.latest(key, tenant_id)

    def _state(self, root_id: str) -> dict[str, Any]:
        row = InstanceState.get_or_none(InstanceState.id == root_id)
        if row is None:
            raise ProcessInstanceNotFound(root_id)
        state: dict[str, Any] = orjson.loads(row.body)
        return state

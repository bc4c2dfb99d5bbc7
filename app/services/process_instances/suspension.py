"""Suspend and activate: instances and definitions, with the tasks and jobs that must wait, in one transaction."""

from __future__ import annotations

from typing import Any

import peewee

from app import clock
from app.bpmn.states import JobKind, ProcessInstanceState
from app.database.chunks import chunks
from app.engine.definitions import in_tenant
from app.engine.process_engine import ProcessEngine
from app.errors import DefinitionNotFound, ProcessInstanceNotFound
from app.models import ExternalTask, InstanceState, Job, ProcessDefinition, ProcessInstance, UserTask
from app.models.external_task import MAY_RUN
from app.models.process_instance import lock_state, lock_trees
from app.records.announcements import announce_jobs, announce_tasks
from app.services.process_instances.running import running


class Suspension:
    """Stop and go on. A suspended instance keeps its locks; its tasks are not handed out and not accepted."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self.database = engine.database

    def of_instance(self, instance_id: str, suspended: bool) -> None:
        """Suspend or activate one running instance, not those that it called. Raises ProcessInstanceNotFound."""

        def work() -> None:
            instance = running(instance_id)
            if lock_state(self.database, instance.root_id) is None:
                raise ProcessInstanceNotFound(instance_id)
            self._change([instance_id], [instance.root_id], suspended)

        self.database.write(work)

    def of_instances(self, instance_ids: list[str], suspended: bool) -> None:
        """Suspend or activate running instances; those that have ended are left out."""

        def work() -> None:
            for ids in chunks(sorted(instance_ids)):
                self._change_where(ProcessInstance.id.in_(ids), suspended)

        self.database.write(work)

    def of_definition(self, definition_id: str, suspended: bool, include_instances: bool) -> None:
        """Suspend or activate one definition. Raises DefinitionNotFound."""
        if not self._definitions(ProcessDefinition.id == definition_id, suspended, include_instances):
            raise DefinitionNotFound(definition_id)

    def of_key(
        self, key: str, suspended: bool, include_instances: bool, tenant_id: str | None, any_tenant: bool
    ) -> None:
        """Suspend or activate all versions of a key. Raises DefinitionNotFound."""
        condition = ProcessDefinition.key == key
        if not any_tenant:
            condition &= in_tenant(ProcessDefinition.tenant_id, tenant_id)
        if not self._definitions(condition, suspended, include_instances):
            raise DefinitionNotFound(key)

    def _definitions(self, condition: Any, suspended: bool, include_instances: bool) -> bool:
        """Change the definitions and their timers that start instances; tell whether there was one."""

        def work() -> bool:
            found = [row.id for row in ProcessDefinition.select(ProcessDefinition.id).where(condition)]
            ProcessDefinition.update(suspended=suspended).where(ProcessDefinition.id.in_(found)).execute()
            starts = (Job.definition_id.in_(found)) & (Job.kind == JobKind.TIMER_START)
            Job.update(suspended=suspended).where(starts).execute()
            if include_instances:
                self._change_where(ProcessInstance.definition_id.in_(found), suspended)
            return bool(found)

        return self.database.write(work)

    def _change_where(self, condition: Any, suspended: bool) -> None:
        """Change the running instances that match; their trees are locked first, in the order of their ids."""
        running = ProcessInstance.select().where(condition, ProcessInstance.ended_at.is_null())
        for part in chunks(list(running.order_by(ProcessInstance.root_id, ProcessInstance.id))):
            alive = lock_trees(self.database, (instance.root_id for instance in part))
            ids = [instance.id for instance in part if instance.root_id in alive]
            self._change(ids, sorted(alive), suspended)

    def _change(self, instance_ids: list[str], root_ids: list[str], suspended: bool) -> None:
        state = ProcessInstanceState.SUSPENDED if suspended else ProcessInstanceState.ACTIVE
        running = (ProcessInstance.id.in_(instance_ids)) & (ProcessInstance.ended_at.is_null())
        ProcessInstance.update(state=state).where(running).execute()
        for table in (UserTask, Job):
            table.update(suspended=suspended).where(table.process_instance_id.in_(instance_ids)).execute()
        ExternalTask.update(suspended=suspended).where(ExternalTask.process_instance_id.in_(instance_ids)).execute()
        self._mark_trees(root_ids)
        self._set_ready(instance_ids)
        if not suspended:
            announce_jobs(self.database)

    def _mark_trees(self, root_ids: list[str]) -> None:
        """Keep `InstanceState.suspended`, which every step reads with the state, in line with the instances."""
        still = ProcessInstance.select(ProcessInstance.id).where(
            ProcessInstance.root_id == InstanceState.id, ProcessInstance.state == ProcessInstanceState.SUSPENDED
        )
        InstanceState.update(suspended=peewee.fn.EXISTS(still)).where(InstanceState.id.in_(root_ids)).execute()

    def _set_ready(self, instance_ids: list[str]) -> None:
        """Offer the tasks that may run and are not held by a lock or a back-off; withdraw the others."""
        expires = ExternalTask.lock_expires_at
        free = (expires.is_null()) | (expires <= clock.now_ms())
        ready = peewee.Case(None, ((free & MAY_RUN, 1),), 0)
        of_instances = ExternalTask.process_instance_id.in_(instance_ids)
        ExternalTask.update(ready=ready).where(of_instances).execute()
        offered = (
            ExternalTask.select(ExternalTask.topic, peewee.fn.COUNT(ExternalTask.id))
            .where(of_instances, ExternalTask.ready == 1)
            .group_by(ExternalTask.topic)
        )
        counts: Any = offered.tuples()
        announce_tasks(self.database, dict(counts))

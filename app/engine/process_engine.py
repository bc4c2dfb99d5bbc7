"""The engine: one step of one tree of process instances, from the stored state to the stored state."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from functools import partial
from typing import Any, TypeVar

import orjson

from app import clock
from app.bpmn import execution
from app.bpmn.commands import (
    Command,
    CompleteExternalTask,
    FailExternalTask,
    FireJob,
    Policy,
    RaiseBpmnError,
    StartInstance,
)
from app.bpmn.context import RunContext, VariablesByScope
from app.bpmn.delta import Delta
from app.bpmn.migration import Migration, migrate
from app.bpmn.migration.texts import instance_text
from app.bpmn.states import ProcessInstanceState
from app.bpmn.values import Variable
from app.database.database import Database
from app.engine.computing_time import computing_time
from app.engine.decisions import DecisionCache
from app.engine.definitions import DefinitionCache, DefinitionNow
from app.engine.endless_loops import report_loop
from app.engine.migrations import require_source, save_moved
from app.engine.open_user_tasks import as_it_is_now
from app.engine.rows import instance_row
from app.engine.scripts import script_engine
from app.engine.signal_broadcast import SignalBroadcast
from app.engine.starting import Start, start_command
from app.engine.step_events import tell_migrated
from app.engine.store import DeltaStore
from app.engine.store_statements import LOAD_VARIABLES, SUSPENDED_INSTANCES
from app.engine.stored_step import BUSINESS_KEY, TENANT, Step
from app.errors import MigrationRefused, ProcessInstanceNotFound, StepLimitReached
from app.ids import new_id
from app.models import ProcessInstance
from app.models.process_instance import StateRow, lock_state, remember_locked_state
from app.models.variable import from_columns
from app.records.announcements import announce_jobs, announce_tasks
from config import Settings

T = TypeVar("T")
logger = logging.getLogger(__name__)

_REPORTS = (CompleteExternalTask, FailExternalTask, RaiseBpmnError)
"""The commands that stand for what a worker reports on a task, which is gone by then."""
_NO_VALUES = {**dict.fromkeys(ProcessInstance._meta.sorted_field_names), "state": ProcessInstanceState.ACTIVE}


class ProcessEngine:
    """Runs process instances: lock the tree, load it, run one command, store what changed, offer the new tasks."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.definitions = DefinitionCache(database)
        self.decisions = DecisionCache(database, self.definitions)
        self.store = DeltaStore(database, settings.history_days)
        self.broadcast = SignalBroadcast(self)
        self.scripts = script_engine(settings)

    def apply(self, root_id: str, command: Command) -> Delta:
        """Apply a command to a tree and store the result, in one transaction (the caller's, if there is one).

        Raises ProcessInstanceNotFound if the tree does not run, EngineFailed if the process cannot go on.
        """
        return self.database.write(lambda: self._apply(root_id, command))

    def begin(self, definition: DefinitionNow, start: Start) -> ProcessInstance:
        """Start a tree, in one transaction (the caller's, if there is one), and return the record of its root, which
        may have ended already.

        Raises Suspended, Refused, EngineFailed.
        """
        return self.database.write(lambda: self._begin(start_command(self.definitions, definition, start), start))

    def lock(self, root_id: str) -> bool:
        """Within a transaction: lock a tree and tell whether it runs. The step that follows need not read it again."""
        row = lock_state(self.database, root_id)
        if row is not None:
            remember_locked_state(self.database, row)
        return row is not None

    def policy(self, wanted: Policy | None) -> Policy:
        """Return what to do with an error that nothing catches: the setting rules over what a dialect wants."""
        return self.settings.unhandled_bpmn_error or wanted or "incident"

    def migrate(self, root_id: str, migration: Migration) -> None:
        """Move one instance of a tree to another definition and store the result, in one transaction.

        Raises ProcessInstanceNotFound, MigrationMismatch, MigrationRefused, EngineFailed.
        """
        self.database.write(lambda: self._migrate(root_id, migration))

    def _apply(self, root_id: str, command: Command) -> Delta:
        row, state = self._load(root_id)
        context = self._context(root_id, row.definition_id, state.get(BUSINESS_KEY), state.get(TENANT))
        delta = self._run(root_id, command, state, context)
        step = self._step(row, row.definition_id, context, delta)
        if isinstance(command, _REPORTS):
            step.reported_task_id = command.task_id
        self._finish(step, delta, row.revision)
        return delta

    def _migrate(self, root_id: str, migration: Migration) -> None:
        row, state = self._load(root_id)
        require_source(state, migration)
        context = self._context(root_id, row.definition_id, state.get(BUSINESS_KEY), state.get(TENANT))
        migrated = self._timed(context, lambda: migrate(migration, state, context, in_place=True))
        if migrated.report.is_refused:
            raise MigrationRefused(instance_text(migrated.report), migrated.report)
        is_root = migration.instance_id == root_id
        definition_id = migration.target.definition_id if is_root else row.definition_id
        step = self._step(row, definition_id, context, migrated.delta)
        save_moved(self.database, step, migrated.moved, migrated.delta.jobs_removed)
        tell_migrated(self.database, step, migration.instance_id, migration.source.definition_id)
        self._finish(step, migrated.delta, row.revision)

    def _load(self, root_id: str) -> tuple[StateRow, dict[str, Any]]:
        """Lock a tree and return it. Raises ProcessInstanceNotFound."""
        row = lock_state(self.database, root_id)
        if row is None:
            raise ProcessInstanceNotFound(root_id)
        return row, orjson.loads(row.body)

    def _run(self, root_id: str, command: Command, state: dict[str, Any], context: RunContext) -> Delta:
        """Run a command. An endless loop is reported once its transaction was rolled back; a job reports itself."""
        try:
            return self._timed(context, lambda: execution.run(command, state, context, in_place=True))
        except StepLimitReached as error:
            if not isinstance(command, FireJob):
                error.after_rollback.append(partial(report_loop, self.database, root_id, error))
            raise

    def _timed(self, context: RunContext, work: Callable[[], T]) -> T:
        """Do work that ends when it has computed too long."""
        time = computing_time(self.database)
        context.out_of_time = time.is_over
        try:
            return work()
        finally:
            time.end()

    def _begin(self, command: StartInstance, start: Start) -> ProcessInstance:
        context = self._context(command.instance_id, command.definition_id, command.business_key)
        context.user_id = start.user_id
        delta = self._timed(context, lambda: execution.run(command, None, context, in_place=True))
        root = command.instance_id, command.definition_id, command.business_key
        step = Step(*root, context.now_ms, self.definitions, delta)
        step.start_user_id, step.case_instance_id = start.user_id, start.case_instance_id
        self._finish(step, delta, revision=0)
        return _record(step, delta)

    def _step(self, row: StateRow, definition_id: str, context: RunContext, delta: Delta) -> Step:
        suspended = self._suspended_instances(row.id) if row.suspended else ()
        root = row.id, definition_id, context.business_key
        return Step(*root, context.now_ms, self.definitions, delta, suspended, context.tenant_id)

    def _context(
        self, root_id: str, definition_id: str, business_key: str | None, own_tenant_id: str | None = None
    ) -> RunContext:
        return RunContext(
            self.definitions,
            clock.now_ms(),
            new_id,
            lambda: self._variables(root_id),
            business_key=business_key,
            tenant_id=self.definitions.definition(definition_id).tenant_id or own_tenant_id,
            decisions=self.decisions,
            unhandled_policy=self.policy(None),
            load_user_task=lambda task: as_it_is_now(self.database, task),
            scripts=self.scripts,
        )

    def _variables(self, root_id: str) -> VariablesByScope:
        found: dict[str, dict[str, Variable]] = {}
        for execution_id, name, *value in LOAD_VARIABLES.all(self.database, root_id=root_id):
            found.setdefault(execution_id, {})[name] = from_columns(*value)
        return found

    def _suspended_instances(self, root_id: str) -> Collection[str]:
        return {row[0] for row in SUSPENDED_INSTANCES.all(self.database, root_id=root_id)}

    def _finish(self, step: Step, delta: Delta, revision: int) -> None:
        """Store the delta; after the commit say what may be fetched and run; let thrown signals go out."""
        self.store.save(step, delta, revision)
        announce_tasks(self.database, step.offered())
        if delta.jobs_created:
            announce_jobs(self.database)
        for remark in delta.remarks:
            logger.info("%s in %s of instance %s: %s", remark.kind, remark.activity_id, remark.instance_id, remark.text)
        for thrown in delta.signals_thrown:
            self.broadcast.throw_from(step.root_id, step.root.definition.tenant_id, thrown)


def _record(step: Step, delta: Delta) -> ProcessInstance:
    """Return the record of the root that this step began, as the store has written it."""
    instance = ProcessInstance()
    row = instance_row(step, delta.instances_started[0])
    instance.__data__.update(_NO_VALUES | row)  # what peewee does with a row that it has read
    for ended in delta.instances_ended:
        if ended.id == instance.id:
            instance.state, instance.ended_at = ended.state, step.now_ms
            instance.delete_reason, instance.error_code = ended.reason, ended.error_code
    return instance

"""Migrate running process instances to another definition: propose a plan, check it, carry it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.bpmn.migration import Activities, Instruction, Migration, Refusal, check, generate
from app.bpmn.migration.texts import plan_text
from app.bpmn.values import Variables
from app.database.database import Database
from app.database.decorators import reading, transaction
from app.database.statements import Statement, one_of
from app.engine.definitions import Definition
from app.engine.process_engine import ProcessEngine
from app.errors import (
    DefinitionNotFound,
    InvalidInput,
    MigrationMismatch,
    MigrationPlanRefused,
    ProcessInstanceNotFound,
    Refused,
)
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.models import ProcessInstance
from app.models.process_instance import lock_trees
from app.queries.selection import Chosen, Items, ids_of
from app.services.process_instances.running import roots_of

MAX_INSTRUCTIONS = 20_000
MAX_AT_ONCE = 1000
"""Instances that one transaction migrates; more are for a batch, which does not lock all of them until the last."""

_RUNNING = Statement(
    ProcessInstance.select(ProcessInstance.id, ProcessInstance.root_id, ProcessInstance.tenant_id).where(
        one_of(ProcessInstance.id, "ids"), ProcessInstance.ended_at.is_null()
    )
)


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """From which definition to which, activity by activity; `variables` are set on each instance afterwards."""

    source_id: str | None
    target_id: str | None
    instructions: Sequence[Instruction] = ()
    variables: Variables | None = None


class Migrations:
    """Plans between definitions, and the instances that follow them."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self.database = engine.database

    @reading
    def generate(
        self, identity: Identity, source_id: str | None, target_id: str | None, *, update_event_triggers: bool = False
    ) -> list[Instruction]:
        """Propose instructions for activities with equal ids; a flag lets their events take the target's triggers.

        Raises Forbidden, InvalidInput, DefinitionNotFound, MigrationMismatch, MigrationPlanRefused.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        source, target = self._sides(MigrationPlan(source_id, target_id))
        proposed = generate(source, target, update_event_triggers=update_event_triggers)
        _require_valid(source, target, proposed)
        return proposed

    @reading
    def check(self, identity: Identity, plan: MigrationPlan) -> list[Refusal]:
        """Return what is wrong with a plan, nothing for a valid one.

        Raises Forbidden, InvalidInput, DefinitionNotFound, MigrationMismatch.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        return check(*self._sides(plan), plan.instructions)

    @reading
    def require_valid(self, identity: Identity, plan: MigrationPlan) -> None:
        """Raise MigrationPlanRefused for a plan that is not valid.

        Raises Forbidden, InvalidInput, DefinitionNotFound, MigrationMismatch as well.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        _require_valid(*self._sides(plan), plan.instructions)

    def for_batch(self, identity: Identity, plan: MigrationPlan, chosen: Chosen) -> Items:
        """Return what a batch shall migrate: asking for it raises as `require_valid` does, and what `chosen` raises."""
        return _ForPlan(self, identity, plan, chosen)

    @transaction
    def execute(
        self,
        identity: Identity,
        plan: MigrationPlan,
        chosen: Chosen,
        *,
        skip_io_mappings: bool = False,
        skip_listeners: bool = False,
    ) -> None:
        """Migrate instances, all or none. Parameters and listeners of scopes that come or go may be skipped.

        What is chosen is asked again under the locks of the trees, so that what is only found may end meanwhile.
        Raises Forbidden, InvalidInput, DefinitionNotFound, MigrationPlanRefused, MigrationMismatch, MigrationRefused,
        Refused for too many, EngineFailed, and what `chosen` raises.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        source, target = self._sides(plan)
        _require_valid(source, target, plan.instructions)
        ids = ids_of(chosen, self.database)
        if len(ids) > MAX_AT_ONCE:
            raise Refused(f"At most {MAX_AT_ONCE} process instances can be migrated at once; migrate them by a batch.")
        lock_trees(self.database, roots_of(ids).values())
        skipped = skip_io_mappings, skip_listeners
        for root_id, id in self._places(ids_of(chosen, self.database), target.definition_id):
            self._move(Migration(id, source, target, plan.instructions, plan.variables, *skipped), root_id)

    def _places(self, instance_ids: Sequence[str], target_id: str) -> list[tuple[str, str]]:
        """Return each instance with its tree, in the order of the trees.

        Raises MigrationMismatch for an instance that does not run or may not go to the target's tenant.
        """
        tenant_id = self.engine.definitions.definition(target_id).tenant_id
        running = {id: place for id, *place in _RUNNING.all(self.database, ids=list(instance_ids))}
        for id in instance_ids:
            if id not in running:
                raise _no_instance(id)
            if tenant_id is not None and running[id][1] != tenant_id:
                raise MigrationMismatch("tenant", _wrong_tenant(id, running[id][1], tenant_id))
        return sorted((root_id, id) for id, (root_id, _) in running.items())

    def _move(self, migration: Migration, root_id: str) -> None:
        try:
            self.engine.migrate(root_id, migration)
        except ProcessInstanceNotFound:
            raise _no_instance(migration.instance_id) from None

    def _sides(self, plan: MigrationPlan) -> tuple[Activities, Activities]:
        """Return both processes of a plan.

        Raises InvalidInput, DefinitionNotFound, MigrationMismatch for different tenants.
        """
        if len(plan.instructions) > MAX_INSTRUCTIONS:
            text = f"A migration plan has at most {MAX_INSTRUCTIONS} instructions."
            raise InvalidInput(text, field="instructions", rule="too_long", value=len(plan.instructions))
        source, target = self._definition("Source", plan.source_id), self._definition("Target", plan.target_id)
        if None not in (source.tenant_id, target.tenant_id) and source.tenant_id != target.tenant_id:
            raise MigrationMismatch(
                "tenants",
                "Cannot migrate process instances between processes of different tenants "
                f"('{source.tenant_id}' != '{target.tenant_id}')",
            )
        return Activities(source.process, source.id), Activities(target.process, target.id)

    def _definition(self, side: str, id: str | None) -> Definition:
        if id is None:
            raise InvalidInput(f"{side} process definition id is null", field="definition_id", rule="required")
        try:
            return self.engine.definitions.definition(id)
        except DefinitionNotFound:
            text = f"{side} process definition with id '{id}' does not exist"
            raise DefinitionNotFound(id, message=text) from None


@dataclass(frozen=True, slots=True)
class _ForPlan:
    """Instances for a plan that is valid when they are asked for."""

    migrations: Migrations
    identity: Identity
    plan: MigrationPlan
    chosen: Chosen

    def ids(self, database: Database) -> list[str]:
        """Return the ids, each once."""
        self.migrations.require_valid(self.identity, self.plan)
        return ids_of(self.chosen, database)


def _require_valid(source: Activities, target: Activities, instructions: Sequence[Instruction]) -> None:
    refusals = check(source, target, instructions)
    if refusals:
        text = plan_text(source.definition_id, target.definition_id, refusals)
        raise MigrationPlanRefused(text, refusals)


def _no_instance(id: str) -> MigrationMismatch:
    text = f"Process instance '{id}' cannot be migrated. The process instance does not exist"
    return MigrationMismatch("instance", text)


def _wrong_tenant(id: str, own: str | None, target: str) -> str:
    subject = f"Cannot migrate process instance '{id}'"
    if own is None:
        return f"{subject} without tenant to a process definition with a tenant ('{target}')"
    return f"{subject} to a process definition of a different tenant ('{own}' != '{target}')"

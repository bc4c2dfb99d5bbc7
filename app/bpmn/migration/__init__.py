"""Move running instances from one process definition to another: to the next version of their model, as a rule.

    activities         a process as a migration looks at it
    behaviours         what Camunda calls the kinds of activities
    plan               instructions, by ids and by activities
    generation         the instructions that are proposed between two processes
    rules, checking    whether instructions are valid
    parts              a running instance beside its instructions
    instance_report    why an instance cannot migrate
    removal            what is not mapped goes
    moving, events     what is mapped takes its new place
    moved              what a migration changed, beside its delta
    texts              refusals as one text

The rules and their words are Camunda's. Three steps: `generate` proposes, `check` looks at a plan, `migrate` moves one
instance of a tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.bpmn.context import RunContext
from app.bpmn.delta import Delta
from app.bpmn.execution import conditions, finish, resume
from app.bpmn.execution.listeners import ActivityThrew
from app.bpmn.execution.run import Run
from app.bpmn.execution.state import Execution
from app.bpmn.migration.activities import Activities
from app.bpmn.migration.checking import check
from app.bpmn.migration.generation import generate
from app.bpmn.migration.instance_report import InstanceReport, PartRefusal, report
from app.bpmn.migration.moved import Moved
from app.bpmn.migration.moving import Mover
from app.bpmn.migration.parts import Matcher
from app.bpmn.migration.plan import Instruction, Refusal
from app.bpmn.migration.removal import remove_unmapped
from app.bpmn.values import Variables
from app.errors import EngineFailed

__all__ = [
    "Activities",
    "InstanceReport",
    "Instruction",
    "Migration",
    "Moved",
    "PartRefusal",
    "Refusal",
    "check",
    "generate",
    "migrate",
]


@dataclass(frozen=True, slots=True)
class Migration:
    """Move one process instance by a valid plan; `variables` are set on it afterwards (None: nothing happens then).

    `source` and `target` may be shared by all instances that one plan moves.
    """

    instance_id: str
    source: Activities
    target: Activities
    instructions: Sequence[Instruction]
    variables: Variables | None = None
    skip_io_mappings: bool = False
    skip_listeners: bool = False


@dataclass(slots=True)
class Migrated:
    """What a migration did; nothing if its report refuses it."""

    report: InstanceReport
    moved: Moved
    delta: Delta = field(default_factory=Delta)


def migrate(migration: Migration, state: dict[str, Any], context: RunContext, *, in_place: bool = False) -> Migrated:
    """Move an instance of a stored tree.

    Returns everything that changed, or a report that refuses. Raises EngineFailed, ExpressionFailed: then nothing has
    happened, and a state that may be used up (`in_place`) is worthless.
    """
    run = resume(state, context, in_place=in_place)
    run.skip_io_mappings = migration.skip_io_mappings
    instance = run.find(migration.instance_id)
    matcher = Matcher(run, migration.source, migration.target, migration.instructions)
    root = matcher.parts(instance)
    moved = Moved(instance.id, migration.target.definition_id)
    refused = report(run, root, migration.source, migration.target)
    if refused.is_refused:
        return Migrated(refused, moved)
    try:
        remove_unmapped(run, root, matcher, skip_listeners=migration.skip_listeners)
        Mover(run, matcher, moved, skip_listeners=migration.skip_listeners).move(root)
    except ActivityThrew as threw:
        raise EngineFailed(f"A listener of '{threw.visit.node.id}' threw the BPMN error '{threw}'.") from threw
    run.skip_io_mappings = False
    _set_variables(run, instance, migration.variables)
    return Migrated(refused, moved, finish(run))


def _set_variables(run: Run, instance: Execution, variables: Variables | None) -> None:
    """Set variables and let conditional events look at what has changed; without variables none of them looks.

    As in Camunda a join does not look again whether tokens can still come.
    """
    run.joins_may_fire.clear()
    if variables is None:
        run.changes.clear()
        return
    run.variables.set_all(instance, variables)
    conditions.dispatch(run, instance)

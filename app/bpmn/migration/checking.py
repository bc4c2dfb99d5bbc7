"""Whether a plan is valid: every instruction by itself and among the others."""

from __future__ import annotations

from collections.abc import Iterable

from app.bpmn.migration.activities import Activities
from app.bpmn.migration.plan import Instruction, Pair, Pairs, Refusal
from app.bpmn.migration.rules import failures


def check(source: Activities, target: Activities, instructions: Iterable[Instruction]) -> list[Refusal]:
    """Return the instructions that are not valid, with what is wrong; an empty list for a valid plan.

    Those come first whose activities do not exist. Source: `CreateMigrationPlanCmd`.
    """
    pairs = Pairs(source, target)
    refused = []
    for instruction in instructions:
        from_activity, to_activity = source.get(instruction.source_id), target.get(instruction.target_id)
        if from_activity is not None and to_activity is not None:
            pairs.add(Pair(from_activity, to_activity, instruction.update_event_trigger))
        else:
            refused.append(Refusal(instruction, _missing(instruction, from_activity is None, to_activity is None)))
    found = ((pair, failures(pair, pairs)) for pair in pairs.all)
    return refused + [Refusal(pair.instruction, failed) for pair, failed in found if failed]


def _missing(instruction: Instruction, no_source: bool, no_target: bool) -> tuple[str, ...]:
    if instruction.source_id is None or instruction.target_id is None:
        ids = (("Source", instruction.source_id), ("Target", instruction.target_id))
        return tuple(f"{side} activity id is null" for side, id in ids if id is None)
    sides = (("Source", instruction.source_id, no_source), ("Target", instruction.target_id, no_target))
    return tuple(f"{side} activity '{id}' does not exist" for side, id, missing in sides if missing)

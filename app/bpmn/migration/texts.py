"""What Camunda says of a plan or an instance that it refuses, in one text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.bpmn.migration.instance_report import InstanceReport, PartRefusal
from app.bpmn.migration.plan import Instruction, Refusal


def plan_text(source_id: str, target_id: str, refusals: Sequence[Refusal]) -> str:
    """Return all that is wrong with a plan."""
    lines = [f"Migration plan for process definition '{source_id}' to '{target_id}' is not valid:"]
    for refusal in refusals:
        lines.append(f"\t Migration instruction {_shown(refusal.instruction)} is not valid:")
        lines += [f"\t\t{failure}" for failure in refusal.failures]
    return "".join(f"{line}\n" for line in lines)


def _shown(instruction: Instruction) -> str:
    source, target = ("null" if id is None else id for id in (instruction.source_id, instruction.target_id))
    update = str(instruction.update_event_trigger).lower()
    ids = f"sourceActivityId='{source}', targetActivityId='{target}'"
    return f"MigrationInstructionImpl{{{ids}, updateEventTrigger='{update}'}}"


def instance_text(report: InstanceReport) -> str:
    """Return all that keeps an instance from migrating."""
    lines = [f"Cannot migrate process instance '{report.instance_id}':"]
    lines += _lines("activity", report.activities)
    lines += _lines("transition", report.transitions)
    return "".join(f"{line}\n" for line in lines)


def _lines(kind: str, refusals: Sequence[PartRefusal]) -> Iterator[str]:
    for refusal in refusals:
        yield f"\tCannot migrate {kind} instance '{refusal.id}':"
        yield from (f"\t\t{failure}" for failure in refusal.failures)

"""Plans and instances that cannot be migrated: the reports that Camunda puts beside the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.bpmn.migration import InstanceReport, Instruction, PartRefusal, Refusal
from app.errors import MigrationPlanRefused, MigrationRefused

Json = dict[str, Any]
REPORTING = ("MigrationPlanValidationException", "MigratingProcessInstanceValidationException")
"""Exceptions with a report; a route that answers with another one has none."""


def validation_report(error: BaseException) -> Json:
    """Return the member that an error of a migration has besides; nothing for any other error."""
    if isinstance(error, MigrationPlanRefused):
        return {"validationReport": plan_report(error.refusals)}
    if isinstance(error, MigrationRefused):
        return {"validationReport": instance_report(error.report)}
    return {}


def plan_report(refusals: Sequence[Refusal]) -> Json:
    """Return what is wrong with a plan. Variables are refused when they are read: none is left to report."""
    reports = [{"instruction": instruction_json(each.instruction), "failures": each.failures} for each in refusals]
    return {"instructionReports": reports, "variableReports": {}}


def instruction_json(instruction: Instruction) -> Json:
    """Return an instruction as requests have it."""
    return {
        "sourceActivityIds": [instruction.source_id],
        "targetActivityIds": [instruction.target_id],
        "updateEventTrigger": instruction.update_event_trigger,
    }


def instance_report(report: InstanceReport) -> Json:
    """Return what keeps an instance from migrating."""
    return {
        "processInstanceId": report.instance_id,
        "failures": [],
        "activityInstanceValidationReports": [_part("activityInstanceId", each) for each in report.activities],
        "transitionInstanceValidationReports": [_part("transitionInstanceId", each) for each in report.transitions],
    }


def _part(id_name: str, refusal: PartRefusal) -> Json:
    instruction = None if refusal.instruction is None else instruction_json(refusal.instruction)
    return {
        "migrationInstruction": instruction,
        id_name: refusal.id,
        "sourceScopeId": refusal.source_id,
        "failures": refusal.failures,
    }

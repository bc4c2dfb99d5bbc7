"""What a report must hold: checked before its task is looked for, or (`check_error`) once the task is its worker's."""

from __future__ import annotations

from app.models.external_task_log import ERROR
from app.records.reports import BpmnError, Failure, Report
from app.services.validation import not_blank, not_negative, required
from app.storable import storable


def check_report(report: Report) -> None:
    """Raise InvalidInput for a report that no task could take; of its messages keep what can be kept."""
    if isinstance(report, BpmnError | Failure):
        report.error_message = _storable(report.error_message)
        report.error_details = _storable(report.error_details)
    if isinstance(report, BpmnError):
        required("error_code", report.error_code)
    elif isinstance(report, Failure):
        not_negative("retries", report.retries)
        not_negative("retry_timeout_ms", report.retry_timeout_ms)


def _storable(text: str | None) -> str | None:
    return None if text is None else storable(text)


def check_error(error: BpmnError) -> None:
    """Raise InvalidInput for an error whose texts are blank; a service error may come without a code."""
    if error.outcome == ERROR:
        not_blank("error_code", error.error_code)
    not_blank("error_message", error.error_message)

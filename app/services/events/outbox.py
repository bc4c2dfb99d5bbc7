"""The other receiver of reports: they are kept in the worker's transaction and sent to a process engine elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app import clock
from app.bpmn.plain_json import iso_instant, to_token
from app.database.database import Database
from app.database.statements import insert
from app.ids import new_id
from app.models import Delivery, Webhook
from app.models.event_webhook import ENGINE
from app.models.external_task import TaskRow
from app.records.reports import BpmnError, Completion, Failure, Report
from app.services.events.fan_out import message_body
from app.services.external_tasks.offered import forget_variables


class Outbox:
    """Stores each report as a message to the engine. Who offers the tasks there learns what became of them."""

    def __init__(self, database: Database, after_commit: Callable[[], object]) -> None:
        self.database = database
        self._after_commit = after_commit

    def prepare(self) -> None:
        """Make the row that shows how the engine takes its messages, unless it is there."""
        row = {"id": ENGINE, "url": "", "secret": "", "created_at": clock.now_ms()}
        self.database.write(lambda: insert(self.database, Webhook, [row], on_conflict=" ON CONFLICT (id) DO NOTHING"))

    def reported(self, sender: Any, *, task: TaskRow, report: Report) -> None:
        """Keep the report. The engine elsewhere has a policy of its own, and only it knows its process."""
        type_, message = _MESSAGES[type(report)]
        self._keep(type_, task, message(report))
        if not isinstance(report, Failure):  # a failed task goes on being offered here while it has retries
            forget_variables(self.database, task.execution_id)

    def _keep(self, type: str, task: TaskRow, report: dict[str, Any]) -> None:
        now = clock.now_ms()
        row = {
            "webhook_id": ENGINE,
            "order_key": task.process_instance_id,
            "message_id": f"msg_{new_id()}",
            "type": type,
            "body": message_body(type, iso_instant(now), {**_of(task), **report}),
            "created_at": now,
            "next_attempt_at": now,
        }
        insert(self.database, Delivery, [row])
        self.database.after_commit(self._after_commit)


def _of(task: TaskRow) -> dict[str, Any]:
    return {
        "taskId": task.id,
        "topic": task.topic,
        "workerId": task.worker_id,
        "activityId": task.activity_id,
        "activityInstanceId": task.activity_instance_id,
        "executionId": task.execution_id,
        "processInstanceId": task.process_instance_id,
        "processDefinitionId": task.definition_id,
        "processDefinitionKey": task.definition_key,
        "businessKey": task.business_key,
        "tenantId": task.tenant_id,
    }


def _completed(report: Completion) -> dict[str, Any]:
    return {"variables": to_token(report.variables), "localVariables": to_token(report.local_variables)}


def _erred(report: BpmnError) -> dict[str, Any]:
    return {
        "errorCode": report.error_code,
        "errorMessage": report.error_message,
        "variables": to_token({**report.token_variables, **report.variables}),
    }


def _failed(report: Failure) -> dict[str, Any]:
    assert report.recorded is not None, "a failure is recorded before it is told"
    return {
        "errorMessage": report.recorded.error_message,
        "errorDetails": report.recorded.error_details,
        "retries": report.recorded.retries,
        "variables": to_token(report.variables),
        "localVariables": to_token(report.local_variables),
    }


_MESSAGES: Mapping[type[Report], tuple[str, Callable[[Any], dict[str, Any]]]] = {
    Completion: ("task_completed", _completed),
    BpmnError: ("bpmn_error_raised", _erred),
    Failure: ("task_failed", _failed),
}

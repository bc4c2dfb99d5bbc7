"""The other receiver of reports: they are kept in the worker's transaction and sent to a process engine elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app import clock
from app.bpmn.commands import Policy
from app.bpmn.plain_json import iso_instant, to_token
from app.bpmn.values import Variables
from app.database.database import Database
from app.database.statements import insert
from app.ids import new_id
from app.models import Delivery, Webhook
from app.models.event_webhook import ENGINE
from app.models.external_task import TaskRow
from app.records.reports import RaisedError, ReportedFailure
from app.services.events.fan_out import message_body
from app.services.external_tasks.offered import forget_variables

TASK_COMPLETED, BPMN_ERROR_RAISED, TASK_FAILED = "task_completed", "bpmn_error_raised", "task_failed"


class Outbox:
    """Stores each report as a message to the engine. Who offers the tasks there learns what became of them."""

    def __init__(self, database: Database, after_commit: Callable[[], object]) -> None:
        self.database = database
        self._after_commit = after_commit

    def prepare(self) -> None:
        """Make the row that shows how the engine takes its messages, unless it is there."""
        row = {"id": ENGINE, "url": "", "secret": "", "created_at": clock.now_ms()}
        self.database.write(lambda: insert(self.database, Webhook, [row], on_conflict=" ON CONFLICT (id) DO NOTHING"))

    def task_completed(
        self, sender: Any, *, task: TaskRow, variables: Variables, local_variables: Variables, policy: Policy | None
    ) -> None:
        """Keep the completion of a task; the engine elsewhere has a policy of its own."""
        data = {"variables": to_token(variables), "localVariables": to_token(local_variables)}
        self._keep(TASK_COMPLETED, task, data)
        forget_variables(self.database, task.execution_id)

    def bpmn_error_raised(self, sender: Any, *, task: TaskRow, error: RaisedError) -> None:
        """Keep a BPMN error; only the engine elsewhere will know whether its process catches it."""
        data = {
            "errorCode": error.code,
            "errorMessage": error.message,
            "variables": to_token({**error.token_variables, **error.variables}),
        }
        self._keep(BPMN_ERROR_RAISED, task, data)
        forget_variables(self.database, task.execution_id)

    def task_failed(self, sender: Any, *, task: TaskRow, failure: ReportedFailure) -> None:
        """Keep a failure; the task goes on being offered here while it has retries."""
        data = {
            "errorMessage": failure.error_message,
            "errorDetails": failure.error_details,
            "retries": task.retries,
            "variables": to_token(failure.variables),
            "localVariables": to_token(failure.local_variables),
        }
        self._keep(TASK_FAILED, task, data)

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

"""Deploy, start an order and work with generic-camunda-client, which is generated from Camunda's OpenAPI document."""

from __future__ import annotations

import base64
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import generic_camunda_client as camunda

url, token, key = sys.argv[1:4]
client = camunda.ApiClient(camunda.Configuration(host=url), "Authorization", f"Bearer {token}")
tasks = camunda.ExternalTaskApi(client)
seen: set[str] = set()


def value(of: Any, kind: str, **info: str) -> Any:
    """Return a typed variable."""
    return camunda.VariableValueDto(value=of, type=kind, value_info=info)


def charge(task: Any) -> None:
    """Fail once, then refuse a large amount and take a small one."""
    if task.id not in seen:
        seen.add(task.id)
        failure = camunda.ExternalTaskFailureDto(
            worker_id="generic",
            error_message="no connection",
            error_details="stack of the failure",
            retries=2,
            retry_timeout=0,
        )
        tasks.handle_failure(task.id, external_task_failure_dto=failure)
    elif task.variables["amount"].value > 100:
        error = camunda.ExternalTaskBpmnError(worker_id="generic", error_code="DECLINED", error_message="limit reached")
        tasks.handle_external_task_bpmn_error(task.id, external_task_bpmn_error=error)
    else:
        at = datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
        variables = {
            "receipt": value("R-1", "String"),
            "at": value(at, "Date"),
            "lines": value('{"sku":["a","b"]}', "Json"),
            "invoice": value(
                base64.b64encode(b"%PDF").decode(), "File", filename="invoice.pdf", mimeType="application/pdf"
            ),
        }
        complete(task, variables)


def complete(task: Any, variables: dict[str, Any] | None = None) -> None:
    """Complete with variables."""
    body = camunda.CompleteExternalTaskDto(worker_id="generic", variables=variables)
    tasks.complete_external_task_resource(task.id, complete_external_task_dto=body)


model = Path(__file__).parent.with_name("order.bpmn")
camunda.DeploymentApi(client).create_deployment(deployment_name="order", data=str(model))
start = camunda.StartProcessInstanceDto(business_key=key, variables={"amount": value(40, "Integer")})
camunda.ProcessDefinitionApi(client).start_process_instance_by_key("order", start_process_instance_dto=start)
topics = [camunda.FetchExternalTaskTopicDto(topic_name=topic, lock_duration=10_000) for topic in ("charge", "dun")]
while True:
    fetch = camunda.FetchExternalTasksDto(
        worker_id="generic", max_tasks=5, async_response_timeout=20_000, topics=topics
    )
    for locked in tasks.fetch_and_lock(fetch_external_tasks_dto=fetch):
        charge(locked) if locked.topic_name == "charge" else complete(locked)

"""Models and requests for tests, said briefly: `process(start(), task("work"), end())`, `deploy(client, xml)`."""

from __future__ import annotations

import io
import time
from typing import Any

import jwt
from flask.testing import FlaskClient

TESTING_SECRET = "testing-secret-known-to-everybody"
NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="http://errand.test"'
)
Headers = dict[str, str]


def process(*elements: str, id: str = "process", definitions: str = "", **attributes: str) -> str:
    """Return a BPMN file with one executable process; `definitions` holds errors, messages and the like beside it.

    Keywords become attributes of the process in Camunda's namespace: `versionTag="1"`.
    """
    more = "".join(f' camunda:{name}="{value}"' for name, value in attributes.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions {NAMESPACES}>{definitions}'
        f'<process id="{id}" isExecutable="true"{more}>{"".join(elements)}</process></definitions>'
    )


def external_task(id: str = "work", topic: str = "work", *, inner: str = "", **attributes: str) -> str:
    """Return an external service task."""
    more = "".join(f' camunda:{name}="{value}"' for name, value in attributes.items())
    return f'<serviceTask id="{id}" camunda:type="external" camunda:topic="{topic}"{more}>{inner}</serviceTask>'


def flow(source: str, target: str, condition: str | None = None, id: str | None = None) -> str:
    """Return a sequence flow, with a condition in JUEL if given."""
    inner = f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>' if condition else ""
    name = id or f"{source}_{target}"
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def error_boundary(attached_to: str, code: str | None = None, id: str = "caught") -> str:
    """Return an error boundary event; without a code it catches every error. The model must declare `error(code)`."""
    reference = f' errorRef="error_{code}"' if code else ""
    return f'<boundaryEvent id="{id}" attachedToRef="{attached_to}"><errorEventDefinition{reference}/></boundaryEvent>'


def error(code: str) -> str:
    """Return the declaration of an error, for `process(…, definitions=error(code))`."""
    return f'<error id="error_{code}" errorCode="{code}"/>'


def one_task(topic: str = "work", id: str = "process", **attributes: str) -> str:
    """Return the model start → external task `work` → end."""
    return process(
        '<startEvent id="start"/>',
        external_task("work", topic),
        '<endEvent id="end"/>',
        flow("start", "work"),
        flow("work", "end"),
        id=id,
        **attributes,
    )


def task_with_error(code: str = "OUT_OF_STOCK", topic: str = "work", id: str = "process") -> str:
    """Return start → external task `work` → end, and on the error `work` → external task `repair` → `repaired`."""
    return process(
        '<startEvent id="start"/>',
        external_task("work", topic),
        error_boundary("work", code),
        external_task("repair", "repair"),
        '<endEvent id="end"/>',
        '<endEvent id="repaired"/>',
        flow("start", "work"),
        flow("work", "end"),
        flow("caught", "repair"),
        flow("repair", "repaired"),
        id=id,
        definitions=error(code),
    )


def token(*claims: str, subject: str = "tester", topics: list[str] | None = None, expires_s: int = 3600) -> str:
    """Return a signed token for the testing configuration; without claims it holds all four."""
    granted = claims or (
        "can_access_external_tasks",
        "can_write_process_model",
        "can_manage_process_instances",
        "can_administer",
    )
    payload: dict[str, Any] = {"sub": subject, "exp": int(time.time()) + expires_s, **dict.fromkeys(granted, True)}
    if topics is not None:
        payload["topics"] = topics
    return jwt.encode(payload, TESTING_SECRET, algorithm="HS256")


def bearer(*claims: str, **options: Any) -> Headers:
    """Return the Authorization header with a token of these claims (see `token`)."""
    return {"Authorization": f"Bearer {token(*claims, **options)}"}


def deploy(client: FlaskClient, *models: str, headers: Headers | None = None, **fields: str) -> Any:
    """Deploy the models by Camunda's route and return its answer. The form field `tenant-id` is `tenant_id` here."""
    form: dict[str, Any] = {"deployment-name": "test"} | {
        name.replace("_", "-"): value for name, value in fields.items()
    }
    for number, model in enumerate(models):
        form[f"model{number}"] = (io.BytesIO(model.encode()), f"model{number}.bpmn")
    response = client.post(
        "/engine-rest/deployment/create",
        data=form,
        headers=headers or bearer(),
        content_type="multipart/form-data",
    )
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()


def start(
    client: FlaskClient,
    key: str = "process",
    *,
    business_key: str | None = None,
    variables: dict[str, Any] | None = None,
    headers: Headers | None = None,
) -> str:
    """Start an instance of the latest version by Camunda's route and return its id. `variables` are plain values."""
    body = {"businessKey": business_key, "variables": {n: {"value": v} for n, v in (variables or {}).items()}}
    response = client.post(f"/engine-rest/process-definition/key/{key}/start", json=body, headers=headers or bearer())
    assert response.status_code == 200, response.get_data(as_text=True)
    instance_id: str = response.get_json()["id"]
    return instance_id


def fetch(
    client: FlaskClient,
    *topics: str,
    worker_id: str = "worker",
    max_tasks: int = 10,
    lock_duration_ms: int = 60_000,
    headers: Headers | None = None,
) -> list[dict[str, Any]]:
    """Fetch and lock by Camunda's route, without waiting, and return the tasks."""
    body = {
        "workerId": worker_id,
        "maxTasks": max_tasks,
        "topics": [{"topicName": topic, "lockDuration": lock_duration_ms} for topic in topics or ("work",)],
    }
    response = client.post("/engine-rest/external-task/fetchAndLock", json=body, headers=headers or bearer())
    assert response.status_code == 200, response.get_data(as_text=True)
    tasks: list[dict[str, Any]] = response.get_json()
    return tasks

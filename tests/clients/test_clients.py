"""Each client fetches, fails with retries, completes with variables, raises a BPMN error, and waits in long polls.

The worker of a test is a program that imports nothing but the published client. It charges orders: the first try fails,
the second is declined (a BPMN error) above an amount of 100, else it completes with the kinds of variables that the
client can send. The second order starts when the worker is idle: it must be woken, or a new poll must see it.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.builders import bearer
from tests.clients import programs
from tests.clients.shop import MODEL, NAME, PASSWORD, Shop

AT = "2026-01-02T03:04:05.678+0000"
LINES = '{"sku":["a","b"]}'
INVOICE = ("invoice.pdf", "application/pdf", b"%PDF")
UNTYPED_INVOICE = ("invoice.pdf", "application/octet-stream", b"%PDF")
"""From clients that say `mimetype`, which Camunda does not know."""
TOKEN = bearer()["Authorization"].removeprefix("Bearer ")


@dataclass(frozen=True)
class Client:
    """A client's program, and what it can do."""

    command: Callable[[str, str], list[str]]
    """From the server's URL and the business key of the first order."""
    variables: dict[str, Any] = field(default_factory=dict)
    """What it completes with, besides the receipt."""
    details: str = "stack of the failure"
    starts: bool = False
    """It starts the first order itself, and deploys the model before where it can."""


ALL = {"at": AT, "lines": LINES, "invoice": INVOICE}
WITH_EXTENSIONS = {**ALL, "currency": "EUR", "mine": 1}
CLIENTS = {
    "camunda-external-task-client-python3": Client(
        lambda url, key: programs.python("external_task_worker.py", url, TOKEN, "camunda"),
        WITH_EXTENSIONS,
    ),
    "operaton-external-task-client-python3": Client(
        lambda url, key: programs.python("external_task_worker.py", url, TOKEN, "operaton"),
        WITH_EXTENSIONS,
    ),
    "operaton-external-task-client-python3, asynchronous": Client(
        lambda url, key: programs.python("asynchronous_worker.py", url, TOKEN)
    ),
    "pycamunda": Client(
        lambda url, key: programs.python("pycamunda_worker.py", url, NAME, PASSWORD, key), ALL, starts=True
    ),
    "generic-camunda-client": Client(
        lambda url, key: programs.python("generic_client_worker.py", url, TOKEN, key), ALL, starts=True
    ),
    "camunda-client": Client(
        lambda url, key: programs.python("camunda_client_worker.py", url, NAME, PASSWORD, key),
        {"at": AT, "lines": LINES},
        starts=True,
    ),
    "fastbpmn": Client(lambda url, key: programs.python("fastbpmn_worker.py", url, NAME, PASSWORD)),
    "operaton-tasks": Client(lambda url, key: programs.python("operaton_tasks_worker.py")),
    "robotframework-camunda": Client(
        lambda url, key: robot(url.removesuffix("/engine-rest"), key),
        {"lines": '{"sku": ["a", "b"]}', "invoice": UNTYPED_INVOICE},
        starts=True,
    ),
}


def robot(server: str, key: str) -> list[str]:
    """Return the command of the worker in Robot Framework."""
    values = {"SERVER": server, "TOKEN": TOKEN, "KEY": key, "MODEL": str(MODEL), "INVOICE": "invoice.pdf"}
    variables = [part for name, value in values.items() for part in ("--variable", f"{name}:{value}")]
    return [sys.executable, "-m", "robot", "--output", "NONE", *variables, str(programs.WORKERS / "order.robot")]


def check(shop: Shop, key: str, client: Client, program: programs.Program) -> None:
    """Let the worker charge two orders, and compare what became of them."""
    if not client.starts:
        shop.start(key, 40)
    paid = program.wait_for(shop, key)
    shop.start(f"{key}, large", 400)
    declined = program.wait_for(shop, f"{key}, large")
    assert shop.path(paid) == ["start", "charge", "paid"]
    assert shop.path(declined) == ["start", "charge", "declined", "dun", "dunned"]
    assert shop.variables(paid) == {"amount": 40, "receipt": "R-1", **client.variables}
    assert shop.variables(declined)["why"] == "limit reached"
    assert shop.reports(paid) == [("creationLog", None), ("failureLog", None), ("successLog", 2)]
    assert shop.failure(paid) == ("no connection", client.details)


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_from_pypi_works_unchanged(name: str, shop: Shop, python_packages: Path, tmp_path: Path) -> None:
    client = CLIENTS[name]
    (tmp_path / "invoice.pdf").write_bytes(b"%PDF")
    environ = {
        "PYTHONPATH": str(python_packages),
        "ENGINE_REST_BASE_URL": shop.url,
        "ENGINE_REST_AUTHORIZATION": f"Bearer {TOKEN}",
    }
    with programs.running(client.command(shop.url, name), tmp_path, **environ) as program:
        check(shop, name, client, program)


def test_camundas_client_for_javascript_works_unchanged(shop: Shop, node_packages: Path, tmp_path: Path) -> None:
    worker = shutil.copy(programs.WORKERS / "javascript_worker.mjs", node_packages)
    (tmp_path / "invoice.pdf").write_bytes(b"%PDF")
    variables = {**WITH_EXTENSIONS, "invoice": UNTYPED_INVOICE}
    client = Client(lambda url, key: ["node", worker, url, NAME, PASSWORD, "invoice.pdf"], variables)
    with programs.running(client.command(shop.url, ""), tmp_path) as program:
        check(shop, "camunda-external-task-client-js", client, program)

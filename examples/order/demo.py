"""`make demo`: a server on a free port, 20 orders, two workers of different dialects, and the path of each order.

Exits 0 only if every order ended as it should.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from examples.order.warehouse import SOLD_OUT

MODEL = Path(__file__).with_name("order.bpmn")
ITEMS = ("bolt", "anvil", "ladder", "rope", "umbrella")
ORDERS = 20
PATIENCE_S = 60
SHIPPED = ["ordered", "reserve", "ship", "shipped"]
BACK_ORDERED = ["ordered", "reserve", "ran_out", "back_order", "back_ordered"]


def main() -> int:
    """Run the demonstration and return the exit status."""
    server = f"http://127.0.0.1:{_free_port()}"
    with ExitStack() as running:
        directory = running.enter_context(tempfile.TemporaryDirectory(prefix="errand-demo-"))
        errand = Path(sys.executable).with_name("errand")
        process = running.enter_context(_process(errand, "serve", **_settings(server, directory)))
        client = running.enter_context(httpx.Client(base_url=f"{server}/engine-rest/", timeout=10))
        _wait_for(server, process)
        _deploy(client)
        orders = {_start(client, number): number for number in range(1, ORDERS + 1)}
        for worker in ("camunda_worker", "httpx_worker"):
            running.enter_context(_process(sys.executable, "-m", f"examples.order.{worker}", server))
        _wait_for_the_end(client)
        right = [_show(client, instance_id, number) for instance_id, number in orders.items()]
    print(f"{sum(right)} of {ORDERS} orders ended as they should.")
    return 0 if all(right) else 1


def _settings(server: str, directory: str) -> dict[str, str]:
    return {
        "ERRAND_CONFIG": "development",
        "ERRAND_BIND": server.removeprefix("http://"),
        "ERRAND_DATABASE_URL": f"sqlite:///{directory}/errand.db",
        "ERRAND_LOG_LEVEL": "WARNING",
    }


@contextmanager
def _process(*command: str | Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program during the block, without any setting of the caller's own server."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ERRAND_")} | settings
    process = subprocess.Popen(command, env=environ)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_for(server: str, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up_at and process.poll() is None:
        try:
            httpx.get(f"{server}/readyz").raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise SystemExit("The server did not start.")


def _deploy(client: httpx.Client) -> None:
    files = {"order.bpmn": (MODEL.name, MODEL.read_bytes())}
    client.post("deployment/create", data={"deployment-name": "order"}, files=files).raise_for_status()


def _start(client: httpx.Client, number: int) -> str:
    """Start one order and return the id of its process instance."""
    variables = {
        "warehouse": {"value": "north" if number % 2 else "south"},
        "item": {"value": ITEMS[number % len(ITEMS)]},
        "quantity": {"value": number},
    }
    body = {"businessKey": f"order {number}", "variables": variables}
    instance_id: str = client.post("process-definition/key/order/start", json=body).raise_for_status().json()["id"]
    return instance_id


def _wait_for_the_end(client: httpx.Client) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up_at:
        if client.get("process-instance/count").raise_for_status().json()["count"] == 0:
            return
        time.sleep(0.1)
    print(f"Not every order has ended after {PATIENCE_S} seconds.")


def _show(client: httpx.Client, instance_id: str, number: int) -> bool:
    """Print the path of one order and tell whether it is the right one."""
    activities = client.get(
        "history/activity-instance",
        params={"processInstanceId": instance_id, "sortBy": "occurrence", "sortOrder": "asc"},
    ).raise_for_status()
    path = [activity["activityId"] for activity in activities.json()]
    item = ITEMS[number % len(ITEMS)]
    expected = BACK_ORDERED if item in SOLD_OUT else SHIPPED
    print(f"order {number:2}, {number:2} × {item:8}  {' → '.join(path)}{'' if path == expected else '   WRONG'}")
    return path == expected


if __name__ == "__main__":
    sys.exit(main())

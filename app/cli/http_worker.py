"""The command `http-worker`: a worker that does the HTTP requests of connectors."""

from __future__ import annotations

import time

import click

from app.cli.http_connector import Connector, RequestRefused
from app.cli.worker_client import ServerFailed, WorkerClient

RETRIES = 3
RETRY_AFTER_MS = 60_000
PAUSE_S = 5.0
"""After the server could not be asked."""


@click.command("http-worker")
@click.option("--url", required=True, help="The server, such as http://localhost:8080.")
@click.option("--token", envvar="ERRAND_TOKEN", help="Bearer token of the worker (or ERRAND_TOKEN).")
@click.option("--topic", default="http-connector", show_default=True, help="Topic: the connectorId of the models.")
@click.option("--allow-host", "hosts", multiple=True, required=True, help="Host that may be asked; may be repeated.")
@click.option("--allow-private", is_flag=True, help="Allow addresses that are not public.")
@click.option(
    "--timeout", "timeout_s", default=10.0, show_default=True, type=click.FloatRange(0.1, 300), help="Seconds."
)
@click.option("--worker-id", default="errand-http-worker", show_default=True, help="Name that holds the locks.")
@click.option("--dry-run", is_flag=True, help="Say what would be asked, and give the tasks back.")
@click.option("--once", is_flag=True, help="Do what waits now, and end.")
def http_worker(  # noqa: PLR0913  # an option each
    url: str,
    token: str | None,
    topic: str,
    hosts: tuple[str, ...],
    allow_private: bool,
    timeout_s: float,
    worker_id: str,
    dry_run: bool,
    once: bool,
) -> None:
    """Do the HTTP requests of connectors, as external tasks, to the hosts that are allowed and to no others."""
    client = WorkerClient(url, token, worker_id, topic, lock_duration_ms=int(timeout_s * 1000) + 30_000)
    connector = Connector(frozenset(host.lower() for host in hosts), allow_private, timeout_s)
    while True:
        try:
            task = client.fetch(wait=not once)
            if task is not None:
                _do(client, connector, task, dry_run)
        except ServerFailed as error:
            if once:
                raise click.ClickException(str(error)) from None
            click.echo(str(error), err=True)
            time.sleep(PAUSE_S)
            continue
        if once and (task is None or dry_run):
            return


def _do(client: WorkerClient, connector: Connector, task: dict[str, object], dry_run: bool) -> None:
    """Do one task and report it; what cannot be asked fails at once, what did not work is tried again."""
    try:
        request = connector.request_of(task)
        if dry_run:
            client.unlock(task)
            click.echo(f"{task['id']}: would send {request.method} {request.url}")
            return
        reply = connector.send(request)
    except RequestRefused as error:
        retries = _retries_left(task) if error.may_work_later else 0
        client.fail(task, str(error), retries, RETRY_AFTER_MS if retries else 0)
        click.echo(f"{task['id']}: {error}", err=True)
        return
    client.complete(task, reply)
    click.echo(f"{task['id']}: {request.method} answered {reply['statusCode']['value']}")


def _retries_left(task: dict[str, object]) -> int:
    left = task.get("retries")
    return max(0, (left if isinstance(left, int) else RETRIES) - 1)

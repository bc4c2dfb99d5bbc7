"""The command `errand`: one file a group of commands.

accounts        Commands about the accounts of workers that can only send HTTP Basic.
http_connector  The request that a task of `http-connector` describes, and its answer as variables.
http_worker     The command `http-worker`: a worker that does the HTTP requests of connectors.
models          Commands about BPMN files: `deploy` them, or let the `doctor` say what would not run.
server          Commands that run the server: `serve` and `init-db`.
settings        What every command needs first: the settings, or a clear word about why there are none.
token           The command `token`: a bearer token that this server accepts.
worker_client   A worker's side of Camunda's REST API: fetch, complete, fail, unlock.
"""

from __future__ import annotations

from importlib.metadata import version

import click

from app.cli.accounts import account
from app.cli.http_worker import http_worker
from app.cli.models import deploy, doctor
from app.cli.server import init_db, serve
from app.cli.token import token


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run BPMN processes and offer their external tasks to workers over HTTP.

    Settings are environment variables; docs/configuration.md lists them all.
    """


@main.command("version")
def show_version() -> None:
    """Print the version."""
    click.echo(version("errand-server"))


for command in (serve, init_db, token, deploy, doctor, account, http_worker):
    main.add_command(command)

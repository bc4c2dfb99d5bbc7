"""Commands that run the server: `serve` and `init-db`."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask
from gunicorn.app.base import Application

from app import create_app
from app.cli.settings import load_settings, migrated_database
from config import Settings
from config.checks import warnings
from config.log import without_credentials


class Server(Application):  # type: ignore[misc]
    """Gunicorn with the settings of `app.serving.gunicorn`; one app, made before the fork."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def init(self, parser: Any, options: Any, arguments: Any) -> None:
        """Take nothing from the command line."""

    def load_config(self) -> None:
        """Read `app/serving/gunicorn.py`, wherever the package is installed."""
        self.load_config_from_module_name_or_filename("python:app.serving.gunicorn")

    def load(self) -> Flask:
        """Make the app, before the processes are forked."""
        return create_app(self._settings)


@click.command()
def serve() -> None:
    """Serve until SIGTERM; parked long polls are answered at once then."""
    settings = load_settings()
    with migrated_database(settings):
        pass
    _greet(settings)
    for warning in warnings(settings):
        click.echo(f"Warning: {warning}", err=True)
    Server(settings).run()


@click.command("init-db")
def init_db() -> None:
    """Make the tables, or bring them to this version. A server does the same at its start."""
    settings = load_settings()
    with migrated_database(settings):
        click.echo("The database is ready.")


def _greet(settings: Settings) -> None:
    """Say where everything is; a server behind a socket has no address to open."""
    if settings.bind.startswith("unix:"):
        click.echo(f"Errand listens on {settings.bind}")
        return
    base = f"http://{settings.bind}"
    click.echo(
        f"Errand ({settings.name}), data in {without_credentials(settings.database_url)}\n"
        f"  Camunda 7 REST API     {base}/engine-rest\n"
        f"  process-engine.io API  {base}/api/external_task/v1\n"
        f"  Swagger UI             {base}/docs/\n"
        f"  health                 {base}/healthz  {base}/readyz"
    )
    if settings.anonymous:
        click.echo("  Everybody on this machine is admitted and may do everything (ERRAND_ANONYMOUS=off ends that).")

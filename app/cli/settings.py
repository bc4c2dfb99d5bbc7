"""What every command needs first: the settings, or a clear word about why there are none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

import config
from app.database.database import Database
from app.models.database import open_database
from app.models.schema import SchemaTooNew, migrate
from app.queries.totals import answers
from config import InvalidSettings, Settings
from config.environment import unknown_variables
from config.log import without_credentials


def load_settings() -> Settings:
    """Return the settings of the environment. Raises ClickException with what to set."""
    for variable in unknown_variables(os.environ):
        click.echo(f"Warning: {variable} is no setting of Errand; it has no effect.", err=True)
    try:
        return config.load(os.environ)
    except InvalidSettings as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def migrated_database(settings: Settings) -> Iterator[Database]:
    """Give the open database with all tables made. Raises ClickException if it cannot be reached or is too new."""
    try:
        make_directory(settings)
        database = open_database(settings.database_url, notify_url=settings.notify_url)
    except (ValueError, OSError) as error:
        raise click.ClickException(f"ERRAND_DATABASE_URL: {error}.") from None
    try:
        if not answers(database):
            url = without_credentials(settings.database_url)
            raise click.ClickException(f"ERRAND_DATABASE_URL: {url} cannot be opened.")
        migrate(database)
        yield database
    except SchemaTooNew as error:
        raise click.ClickException(str(error)) from None
    finally:
        database.close()


def make_directory(settings: Settings) -> None:
    """Make the directory of an SQLite file, so that a first start needs no preparation."""
    path = settings.database_url.removeprefix("sqlite:///")
    if path != settings.database_url:
        Path(path).parent.mkdir(parents=True, exist_ok=True)

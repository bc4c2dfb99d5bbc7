"""A fresh database for every test, once SQLite and once Postgres, and an app on it. Nothing is skipped silently."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Settings, load
from tests.databases import emptied, migrated, postgres_cluster

if TYPE_CHECKING:
    from app.database.database import Database


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite file, made once; each test gets a copy."""
    path = tmp_path_factory.mktemp("template") / "errand.db"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Return the URL of the migrated database of this session."""
    with postgres_cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty, migrated database."""
    if request.param == "postgres":
        return emptied(request.getfixturevalue("postgres_url"))
    shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "errand.db")
    return f"sqlite:///{tmp_path / 'errand.db'}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return the open database, with the models bound to it."""
    from app.models.database import open_database

    database = open_database(database_url)
    yield database
    database.close()


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Return the testing configuration on this test's database."""
    return load({"ERRAND_CONFIG": "testing", "ERRAND_DATABASE_URL": database_url})


@pytest.fixture(scope="session")
def all_routes(sqlite_template: Path) -> Flask:
    """Return the app with all its routes, made once because that takes a second."""
    from app import create_app

    return create_app(load({"ERRAND_CONFIG": "testing", "ERRAND_DATABASE_URL": f"sqlite:///{sqlite_template}"}))


@pytest.fixture
def app(all_routes: Flask, settings: Settings, database: Database) -> Iterator[Flask]:
    """Return the whole server, with parts of its own on the same open database as the fixture `database`."""
    from app import make_components

    parts = all_routes.extensions["errand"] = make_components(settings, database)
    yield all_routes
    parts.long_polling.stop()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of the server; tests.builders makes its requests."""
    return app.test_client()

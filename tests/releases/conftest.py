"""A server of today on a database that a release has written."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from app import clock, make_components
from app.database.database import Database
from app.models.database import open_database
from config import Settings, load
from tests.databases import scratch
from tests.releases.filling import FILLED_AT_MS

DATA = Path(__file__).parent / "data"


@pytest.fixture(params=["0.1.0"])
def release(request: pytest.FixtureRequest) -> str:
    """Return the name of a release."""
    return str(request.param)


@pytest.fixture
def old_url(release: str, database_url: str, tmp_path: Path) -> str:
    """Return the URL of a database as the release has left it."""
    url = scratch(database_url, tmp_path, "released")
    if url.startswith("sqlite"):
        (tmp_path / "released.db").write_bytes(gzip.decompress((DATA / f"{release}.db.gz").read_bytes()))
    else:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(gzip.decompress((DATA / f"{release}.sql.gz").read_bytes()))
    return url


@pytest.fixture
def settings(old_url: str) -> Settings:
    """Let webhooks reach this machine."""
    settings = load({"ERRAND_CONFIG": "testing", "ERRAND_DATABASE_URL": old_url})
    return replace(settings, webhook_private_addresses=True)


@pytest.fixture
def database(old_url: str) -> Iterator[Database]:
    """Return the open database, as the release has left it."""
    database = open_database(old_url)
    yield database
    database.close()


@pytest.fixture
def app(all_routes: Flask, settings: Settings, database: Database) -> Iterator[Flask]:
    """Return the server, 25 minutes after the old one has stopped."""
    with clock.frozen(FILLED_AT_MS + 25 * 60_000):
        components = all_routes.extensions["errand"] = make_components(settings, database)
        yield all_routes
        components.long_polling.stop()

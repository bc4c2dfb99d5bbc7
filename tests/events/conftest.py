"""The server with its events at hand, and a receiver of webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock, make_components
from app.database.database import Database
from app.services.events.events import Events
from config import Settings
from tests.events.receivers import Receiver, receiver

ENGINE_SECRET = "the key that both engines know"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Let webhooks reach this machine."""
    return replace(settings, webhook_private_addresses=True)


@pytest.fixture
def events(app: Flask) -> Events:
    """Return the events of the app."""
    found: Events = app.extensions["errand"].events
    return found


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """Run a receiver that takes everything."""
    with receiver() as running:
        yield running


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """Hold the clock still: it moves when a test moves it."""
    with clock.frozen():
        yield


@pytest.fixture
def offering(all_routes: Flask, settings: Settings, database: Database, hook: Receiver) -> Iterator[FlaskClient]:
    """Return a client of a server whose processes run elsewhere: at `hook`."""
    elsewhere = replace(settings, engine_url=hook.url, engine_secret=ENGINE_SECRET)
    parts = all_routes.extensions["errand"] = make_components(elsewhere, database)
    yield all_routes.test_client()
    parts.long_polling.stop()

"""The components of a server without its routes, on this test's database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import make_components
from app.api.components import Components
from app.database.database import Database
from app.engine.process_engine import ProcessEngine
from config import Settings
from tests.engine.scene import Scene


@pytest.fixture
def components(database: Database, settings: Settings) -> Components:
    """Return an engine with all verbs; events are not recorded."""
    return make_components(replace(settings, events=False), database)


@pytest.fixture
def engine(components: Components) -> ProcessEngine:
    """Return the engine alone."""
    return components.engine


@pytest.fixture
def scene(components: Components) -> Scene:
    """Return an engine with a worker, and short ways to use both."""
    return Scene(components)

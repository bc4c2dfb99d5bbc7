"""An engine on this test's database, and a worker's service that reports to it."""

from __future__ import annotations

import pytest

from app.engine.engine_notifier import EngineNotifier, connect
from app.engine.process_engine import ProcessEngine
from app.models.database import Database
from app.services.external_tasks.service import ExternalTaskService
from config import Settings
from tests.engine.scene import Scene


@pytest.fixture
def engine(database: Database, settings: Settings) -> ProcessEngine:
    """Return an engine."""
    return ProcessEngine(database, settings)


@pytest.fixture
def scene(engine: ProcessEngine, settings: Settings) -> Scene:
    """Return an engine with a worker, and short ways to use both."""
    service = ExternalTaskService(engine.database, settings, engine.definitions)
    connect(EngineNotifier(engine), service)
    return Scene(engine, service)

"""The service on an empty database, without an engine: no receiver is connected to its signals."""

from __future__ import annotations

import pytest

from app.models.database import Database
from app.services.external_tasks import ExternalTaskService
from config import Settings


@pytest.fixture
def service(database: Database, settings: Settings) -> ExternalTaskService:
    """Return the service on this test's database."""
    return ExternalTaskService(database, settings)

"""The service on an empty database, without an engine: no receiver is connected to its signals."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.database.database import Database
from app.services.external_tasks.service import ExternalTaskService
from config import Settings


@pytest.fixture
def service(database: Database, settings: Settings) -> Iterator[ExternalTaskService]:
    """Return the service on this test's database."""
    service = ExternalTaskService(database, settings)
    yield service
    service.long_polling.stop()

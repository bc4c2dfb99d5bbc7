"""A caller of Camunda's REST API."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.dialects.camunda.rest import Rest


@pytest.fixture
def rest(client: FlaskClient) -> Rest:
    """Return a caller who may do everything."""
    return Rest(client)

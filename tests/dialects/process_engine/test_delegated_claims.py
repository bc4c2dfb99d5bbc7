"""Claims that 5Minds' identity server grants: 204 is yes, 403 is no, and without an answer nothing happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app import create_app
from app.database.database import Database
from config import Settings
from tests.builders import bearer
from tests.dialects.process_engine.five_minds import everything_stored, fetch_answer, report, waiting_task
from tests.unit.identity_server import IdentityServer, identity_server

CLAIM = "can_access_external_tasks"


@pytest.fixture
def identity_servers() -> Iterator[IdentityServer]:
    with identity_server() as running:
        yield running


@pytest.fixture
def asking(settings: Settings, database: Database, identity_servers: IdentityServer) -> FlaskClient:
    """Return a client of a server on the same database that asks the identity server for claims."""
    url = f"{identity_servers.url}/claims/ensure"
    return create_app(replace(settings, claim_check_url=url), database=database).test_client()


def test_a_granted_claim_opens_the_route(
    client: FlaskClient, asking: FlaskClient, identity_servers: IdentityServer
) -> None:
    waiting_task(client, worker=None)
    identity_servers.granted = {CLAIM}
    answer = fetch_answer(asking, headers=bearer("can_write_process_model"))
    assert (answer.status_code, len(answer.get_json())) == (200, 1)
    assert identity_servers.asked == [f"/claims/ensure/{CLAIM}"]


def test_a_claim_that_is_not_granted_is_403_whatever_the_token_says(client: FlaskClient, asking: FlaskClient) -> None:
    task_id = waiting_task(client)
    before = everything_stored()
    assert report(asking, task_id, "handle_bpmn_error", headers=bearer(), errorCode="E").status_code == 403
    assert everything_stored() == before


@pytest.mark.parametrize("status", [302, 404, 500, 503])
def test_without_an_answer_it_is_503_and_nothing_changes(
    client: FlaskClient, asking: FlaskClient, identity_servers: IdentityServer, status: int
) -> None:
    task_id = waiting_task(client)
    before = everything_stored()
    identity_servers.broken = status
    answer = report(asking, task_id, "handle_bpmn_error", headers=bearer(), errorCode="E")
    assert (answer.status_code, answer.get_json()) == (
        503,
        {"message": f"The identity server could not be asked: it answered {status}."},
    )
    assert everything_stored() == before

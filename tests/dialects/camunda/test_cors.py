"""Pages of other origins may call where the configuration says so, in the words of Tomcat's filter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app import create_app
from app.database.database import Database
from config import Settings

URL = "/engine-rest/external-task/fetchAndLock"
PREFLIGHT = {"Origin": "http://page.test", "Access-Control-Request-Method": "POST"}


@pytest.fixture
def client(settings: Settings, database: Database) -> FlaskClient:
    return create_app(replace(settings, cors_origins=("*",)), database=database).test_client()


def test_a_preflight_needs_no_credentials(client: FlaskClient) -> None:
    response = client.options(URL, headers=PREFLIGHT)
    allowed = {name: value for name, value in response.headers.items() if name.startswith("Access-Control")}
    assert response.status_code == 200
    assert allowed == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET,POST,HEAD,OPTIONS,PUT,DELETE",
        "Access-Control-Allow-Headers": "Origin,Accept,X-Requested-With,Content-Type,"
        "Access-Control-Request-Method,Access-Control-Request-Headers",
        "Access-Control-Max-Age": "1800",
    }


def test_refusals_may_be_read_by_other_origins_too(client: FlaskClient) -> None:
    response = client.post(URL, headers={"Origin": "http://page.test"})
    assert (response.status_code, response.headers["Access-Control-Allow-Origin"]) == (401, "*")
    assert "Access-Control-Allow-Origin" not in client.post(URL).headers


def test_only_the_origins_of_the_configuration_are_let_in(settings: Settings, database: Database) -> None:
    client = create_app(replace(settings, cors_origins=("http://page.test",)), database=database).test_client()
    allowed = client.options(URL, headers=PREFLIGHT).headers
    assert (allowed["Access-Control-Allow-Origin"], allowed["Vary"]) == ("http://page.test", "Origin")
    other = client.options(URL, headers={**PREFLIGHT, "Origin": "http://other.test"}).headers
    assert "Access-Control-Allow-Origin" not in other

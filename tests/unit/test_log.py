"""Log lines are JSON, and no credential is ever among them."""

from __future__ import annotations

import json
import logging

import pytest

from config.log import JsonLine, without_credentials
from tests.builders import token


def line(message: str, error: BaseException | None = None) -> dict[str, str]:
    information = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("errand", logging.ERROR, __file__, 1, message, (), information)
    written: dict[str, str] = json.loads(JsonLine().format(record))
    return written


def test_a_line_is_one_json_object() -> None:
    written = line("It went\nwrong: ä")
    assert written.pop("at").endswith("+00:00")
    assert written == {"level": "ERROR", "logger": "errand", "message": "It went\nwrong: ä"}


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer {}",
        "{{'Authorization': 'bearer {}'}}",
        "token={}",
        "Basic {}",
    ],
)
def test_a_token_is_struck_out_wherever_it_stands(text: str) -> None:
    secret = token()
    assert secret not in without_credentials(text.format(secret))
    assert "[credential]" in line(text.format(secret))["message"]


def test_the_password_of_a_database_is_struck_out_also_in_a_traceback() -> None:
    try:
        raise OSError("cannot reach postgresql://errand:s3cret@db.test/errand")
    except OSError as error:
        written = line("no database", error)
    assert "s3cret" not in written["error"]
    assert "db.test/errand" in written["error"]

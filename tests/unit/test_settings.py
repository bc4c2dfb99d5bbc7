"""What the environment may say, and what a server refuses to start with."""

from __future__ import annotations

import secrets
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

import config
from app.bpmn.commands import Policy
from config import InvalidSettings, Settings
from config.environment import CHOICES, unknown_variables

SECRET = secrets.token_urlsafe(48)
PRODUCTION = {"ERRAND_JWT_SECRET": SECRET}


def refusal(**environ: str) -> str:
    with pytest.raises(InvalidSettings) as raised:
        config.load(environ)
    return str(raised.value)


def test_without_a_word_the_configuration_is_production() -> None:
    settings = config.load(PRODUCTION)
    assert (settings.name, settings.anonymous, settings.jwt_secret, settings.cors_origins) == (
        "production",
        False,
        SECRET,
        (),
    )


def test_every_setting_can_be_changed_by_its_variable() -> None:
    settings = config.load(
        {
            "ERRAND_CONFIG": "testing",
            "ERRAND_BIND": "unix:/run/errand.sock",
            "ERRAND_DATABASE_URL": "postgresql://host/errand",
            "ERRAND_WORKERS": "3",
            "ERRAND_THREADS": "40",
            "ERRAND_PIN_WORKERS": "Off",
            "ERRAND_TIMERS": "yes",
            "ERRAND_UNHANDLED_BPMN_ERROR": "abort",
            "ERRAND_HISTORY_DAYS": "0",
            "ERRAND_CORS_ORIGINS": "https://a.test, https://b.test",
            "ERRAND_JWT_ISSUER": "  ",
        }
    )
    assert settings.bind == "unix:/run/errand.sock"
    assert settings.database_url == "postgresql://host/errand"
    assert (settings.workers, settings.threads, settings.max_parked_polls) == (3, 40, 20)
    assert (settings.pin_workers, settings.timers) == (False, True)
    assert (settings.unhandled_bpmn_error, settings.history_days) == ("abort", 0)
    assert settings.cors_origins == ("https://a.test", "https://b.test")
    assert settings.jwt_issuer is None


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(SECRET + "\n")
    assert config.load({"ERRAND_JWT_SECRET": f"file:{tmp_path / 'key'}"}).jwt_secret == SECRET
    assert "nowhere, which cannot be read" in refusal(ERRAND_JWT_SECRET="file:/nowhere")


@pytest.mark.parametrize(
    "secret",
    ["short", "x" * 64, "changeme" * 8, "secret-password-" * 4, "development-secret-known-to-everybody"],
)
def test_production_refuses_a_secret_that_can_be_guessed(secret: str) -> None:
    message = refusal(ERRAND_JWT_SECRET=secret)
    assert message.startswith("ERRAND_JWT_SECRET ")
    assert "secrets.token_urlsafe(48)" in message
    assert secret not in message


@pytest.mark.parametrize("make", [lambda: secrets.token_hex(16), lambda: secrets.token_urlsafe(24)])
def test_production_accepts_a_random_secret_of_32_bytes(make: object) -> None:
    assert callable(make)
    for _ in range(200):
        secret = make()
        assert config.load({"ERRAND_JWT_SECRET": secret}).jwt_secret == secret


def test_production_refuses_to_start_without_a_key_or_with_an_open_door() -> None:
    assert "Set ERRAND_JWT_SECRET" in refusal()
    assert "ERRAND_JWT_PUBLIC_KEY" in refusal(ERRAND_JWT_ALGORITHM="RS256", **PRODUCTION)
    assert "ERRAND_JWT_PUBLIC_KEY" in refusal(ERRAND_JWT_ALGORITHM="ES256", ERRAND_JWT_PUBLIC_KEY="text")
    assert refusal(ERRAND_ANONYMOUS="on", **PRODUCTION) == (
        "ERRAND_ANONYMOUS is on. Production admits nobody without a credential: set it off."
    )


@pytest.mark.parametrize("bind", ["0.0.0.0:8080", "[::]:8080", "10.0.0.1:80", "errand.test:80", ":8080"])
def test_development_is_reached_by_this_machine_only(bind: str) -> None:
    assert "127.0.0.1" in refusal(ERRAND_CONFIG="development", ERRAND_BIND=bind)
    closed = {"ERRAND_ANONYMOUS": "off", "ERRAND_JWT_SECRET": SECRET, "ERRAND_BIND": bind}
    assert config.load({"ERRAND_CONFIG": "development", **closed}).bind == bind


@pytest.mark.parametrize("bind", ["127.0.0.1:8080", "localhost:0", "[::1]:8080", "unix:/run/errand.sock"])
def test_development_admits_everybody_on_this_machine(bind: str) -> None:
    assert config.load({"ERRAND_CONFIG": "development", "ERRAND_BIND": bind}).anonymous


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ERRAND_CONFIG", "staging"),
        ("ERRAND_THREADS", "many"),
        ("ERRAND_THREADS", "0"),
        ("ERRAND_WORKERS", "-1"),
        ("ERRAND_TIMERS", "maybe"),
        ("ERRAND_JWT_ALGORITHM", "none"),
        ("ERRAND_UNHANDLED_BPMN_ERROR", "explode"),
        ("ERRAND_LOG_LEVEL", "loud"),
    ],
)
def test_a_value_that_means_nothing_is_refused_by_name(variable: str, value: str) -> None:
    assert refusal(**{**PRODUCTION, variable: value}).startswith(variable)


def test_an_unknown_variable_is_noticed() -> None:
    assert unknown_variables({"ERRAND_THREAD": "1", "ERRAND_THREADS": "1", "PATH": "/"}) == ["ERRAND_THREAD"]


def test_the_policies_are_those_of_the_engine() -> None:
    assert CHOICES["unhandled_bpmn_error"] == get_args(Policy)


def test_settings_never_show_a_secret() -> None:
    settings = config.load(PRODUCTION)
    assert (repr(settings), str(settings)) == ("<Settings production>", "<Settings production>")


def test_the_manual_has_the_row_of_every_setting() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
    meanings = {declared.metadata["variable"]: declared.metadata["meaning"] for declared in fields(Settings)}
    rows = [row.split(" | ") for row in manual.splitlines() if row.startswith("| `ERRAND_")]
    assert {row[0].strip("| `"): row[2].removesuffix(" |") for row in rows} == meanings

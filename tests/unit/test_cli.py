"""The command `errand`: each command once as it should be, once as it should not."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.database.database import Database
from app.identity import Identity
from app.models import ProcessDefinition
from tests.builders import one_task
from tests.unit.test_identity import SETTINGS, app_with, identities


def run(*arguments: str | Path, input: str | None = None, **environ: str) -> Result:
    settings = {"ERRAND_CONFIG": "testing", **environ}
    return CliRunner(env=settings).invoke(main, [str(argument) for argument in arguments], input=input)


def test_version_prints_the_version() -> None:
    assert run("version").output == "0.1.0\n"


def test_token_prints_a_token_that_the_server_accepts() -> None:
    printed = run("token", "--subject", "anna", "--claim", "can_administer", "--topics", "a, b.*").output.strip()
    with app_with(SETTINGS).app_context():
        identity = identities().authenticate(f"Bearer {printed}")
    assert identity == Identity("anna", frozenset({"can_administer"}), ("a", "b.*"))


@pytest.mark.parametrize("expires", ["soon", "8", "-1h", "1w"])
def test_token_refuses_a_duration_that_is_none(expires: str) -> None:
    refused = run("token", "--subject", "anna", "--expires", expires)
    assert refused.exit_code == 2
    assert "write 90s, 15m, 8h or 30d" in refused.output


def test_a_missing_key_is_said_and_so_is_a_slip_of_the_pen() -> None:
    refused = run("token", "--subject", "anna", ERRAND_CONFIG="production", ERRAND_THREAD="1")
    assert refused.exit_code == 1
    assert "Warning: ERRAND_THREAD is no setting of Errand" in refused.output
    assert "Set ERRAND_JWT_SECRET" in refused.output


def test_init_db_makes_the_database_and_its_directory(tmp_path: Path) -> None:
    path = tmp_path / "new" / "errand.db"
    assert run("init-db", ERRAND_DATABASE_URL=f"sqlite:///{path}").output == "The database is ready.\n"
    assert path.exists()


def test_a_url_of_another_database_is_refused_in_words() -> None:
    refused = run("init-db", ERRAND_DATABASE_URL="mysql://host/errand")
    assert (refused.exit_code, refused.output.startswith("Error: ERRAND_DATABASE_URL")) == (1, True)


@pytest.mark.parametrize("url", ["postgresql://anna:s3cret@/x?host=/nowhere", "sqlite:////proc/errand.db"])
def test_a_database_that_is_not_there_is_said_in_words(url: str) -> None:
    refused = run("serve", ERRAND_DATABASE_URL=url)
    assert (refused.exit_code, refused.output.startswith("Error: ERRAND_DATABASE_URL")) == (1, True)
    assert "s3cret" not in refused.output


@pytest.mark.parametrize("command", ["serve", "init-db"])
def test_a_database_that_a_newer_version_has_used_is_left_alone(
    sqlite_template: Path, tmp_path: Path, command: str
) -> None:
    path = tmp_path / "errand.db"
    shutil.copyfile(sqlite_template, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO schema_version VALUES (999, 0)")
    refused = run(command, ERRAND_DATABASE_URL=f"sqlite:///{path}")
    assert refused.exit_code == 1
    assert re.fullmatch(
        r"Error: The database has schema version 999; this program knows versions up to \d+\."
        r" Run the version of Errand that has used it last, or a newer one\.\n",
        refused.output,
    )


def test_deploy_stores_new_versions_and_nothing_when_nothing_changed(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    model = tmp_path / "model.bpmn"
    model.write_text(one_task())
    first = run("deploy", model, ERRAND_DATABASE_URL=database_url)
    assert first.output.startswith("process version 1: process:1:")
    again = run("deploy", model, ERRAND_DATABASE_URL=database_url)
    assert again.output == "Nothing has changed since the last deployment.\n"
    database.bind([ProcessDefinition])
    assert database.read(lambda: ProcessDefinition.select().count()) == 1


def test_deploy_shows_every_problem_of_a_model(database_url: str, tmp_path: Path) -> None:
    model = tmp_path / "model.bpmn"
    model.write_text(one_task().replace('camunda:type="external"', ""))
    refused = run("deploy", model, ERRAND_DATABASE_URL=database_url)
    assert refused.exit_code == 1
    assert "work: " in refused.output
    assert refused.output.endswith("Error: Nothing was deployed.\n")


def test_doctor_reads_a_folder_and_fails_if_a_model_would_not_run(tmp_path: Path) -> None:
    (tmp_path / "good.bpmn").write_text(one_task())
    assert run("doctor", tmp_path).exit_code == 0
    (tmp_path / "bad.bpmn").write_text(one_task().replace('camunda:type="external"', ""))
    told = run("doctor", tmp_path)
    assert told.exit_code == 1
    assert "bad.bpmn" in told.output


def test_accounts_are_added_listed_and_removed(database_url: str) -> None:
    environ = {"ERRAND_DATABASE_URL": database_url}
    password = "a long enough password"
    added = run("account", "add", "north", "--topics", "reserve.*", input=f"{password}\n{password}\n", **environ)
    assert added.output.endswith("Added north.\n")
    assert password not in added.output
    assert run("account", "list", **environ).output == "north: can_access_external_tasks; reserve.*\n"
    assert run("account", "remove", "north", **environ).output == "Removed north.\n"
    assert run("account", "list", **environ).output == ""
    assert run("account", "remove", "north", **environ).exit_code == 1

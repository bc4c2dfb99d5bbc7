"""What a stopped server leaves behind: one file with everything in it, for nobody else to read."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.builders import one_task
from tests.server.running import running_server


def count(file: Path, table: str) -> int:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        number: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return number


def test_the_file_of_a_stopped_server_is_the_data(tmp_path: Path) -> None:
    file, copy = tmp_path / "errand.db", tmp_path / "copy" / "copy.db"
    with running_server(f"sqlite:///{file}") as server, server.client() as client:
        form = {"model": ("one.bpmn", one_task().encode())}
        client.post("/engine-rest/deployment/create", data={"deployment-name": "one"}, files=form).raise_for_status()
        for _ in range(3):
            client.post("/engine-rest/process-definition/key/process/start", json={}).raise_for_status()
        assert oct(file.stat().st_mode & 0o777) == "0o600"
        assert server.terminate() == 0
    assert not [path.name for path in tmp_path.glob("errand.db-*")]
    copy.parent.mkdir()
    shutil.copyfile(file, copy)
    assert (count(copy, "process_definition"), count(copy, "external_task")) == (1, 3)

"""docs/adding-a-dialect.md is true: its files make a dialect, and its session runs against a server with it."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import app.api
from app import create_app
from app.api.dialects import DIALECTS
from app.database.database import Database
from config import Settings
from tests.builders import bearer, deploy, one_task, start

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-dialect.md"
PACKAGE = "jobs_of_old"
_BLOCK = re.compile(r"^```python\n# (\S+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture
def blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Return the page's code by its names, with its files written where Python finds them as part of `app.api`."""
    found = dict(_BLOCK.findall(PAGE.read_text()))
    (tmp_path / PACKAGE).mkdir()
    for name, code in found.items():
        if name.startswith("app/api/"):
            (tmp_path / name.removeprefix("app/api/")).write_text(code)
    (tmp_path / PACKAGE / "__init__.py").touch()
    monkeypatch.setattr(app.api, "__path__", [*app.api.__path__, str(tmp_path)])
    yield found
    for module in [name for name in sys.modules if name.startswith(f"app.api.{PACKAGE}")]:
        del sys.modules[module]
    monkeypatch.delattr(app.api, PACKAGE)


def test_the_page_builds_a_dialect_that_works(blocks: dict[str, str], settings: Settings, database: Database) -> None:
    assert set(blocks) == {*(f"app/api/{PACKAGE}/{name}.py" for name in ("dialect", "jobs", "resources")), "session"}
    dialect = importlib.import_module(f"app.api.{PACKAGE}.resources").OLD_JOBS
    server = create_app(settings, database=database, dialects=(*DIALECTS, dialect))
    try:
        client = server.test_client()
        deploy(client, one_task())
        start(client)
        exec(compile(blocks["session"], str(PAGE), "exec"), {"client": client, "credentials": bearer()})
        assert "Server-Kind" not in client.get("/engine-rest/engine", headers=bearer()).headers
    finally:
        server.extensions["errand"].long_polling.stop()

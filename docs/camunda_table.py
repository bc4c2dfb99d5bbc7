"""Write the table of all Camunda routes into docs/camunda.md: `make docs`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from app import create_app
from app.api.camunda.coverage.table import table, written_into
from config import load


def main() -> None:
    """Read the table off an application on an empty database, and what a sweep found from docs/camunda_sweep.json."""
    path = Path(__file__).with_name("camunda.md")
    sweep = json.loads(path.with_name("camunda_sweep.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        settings = load({"ERRAND_CONFIG": "testing", "ERRAND_DATABASE_URL": f"sqlite:///{folder}/empty.db"})
        path.write_text(written_into(path.read_text(), table(create_app(settings), sweep)))


if __name__ == "__main__":
    main()

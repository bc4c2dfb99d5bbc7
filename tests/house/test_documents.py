"""What the manuals of the house name in backticks exists: paths, modules, classes, functions, commands, variables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MANUALS = ("docs/architecture.md", "docs/development.md", "docs/glossary.md", "CONTRIBUTING.md")
_CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w.-]+(/[\w.*-]+)+/?|[\w-]+\.(py|md|toml|cfg|sh)")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w+(\.[A-Za-z_]\w+)*")
FOREIGN = frozenset({"app/models/migrations/m0008_what_it_adds.py"})
"""Examples of what somebody might add."""


def sources() -> str:
    """Return all text in which a name may be defined."""
    names = ("app", "config", "tests", "docs", "benchmarks", "examples")
    files = [path for name in names for path in (ROOT / name).rglob("*.py")]
    files += [ROOT / "Makefile", ROOT / "setup.cfg", ROOT / "ruff.toml"]
    return "\n".join(path.read_text() for path in files)


@pytest.mark.parametrize("manual", MANUALS)
def test_every_name_in_it_exists(manual: str) -> None:
    text, known = _CODE.sub("", (ROOT / manual).read_text()), sources()
    named = {name for name in _NAME.findall(text) if name not in FOREIGN}
    missing = [name for name in sorted(named) if not exists(name, known)]
    assert missing == []


def exists(name: str, known: str) -> bool:
    """Tell whether a name is a file here, or stands in the sources. What is neither path nor identifier is text."""
    if _PATH.fullmatch(name):
        return any(ROOT.glob(name.rstrip("/"))) or any(ROOT.glob(f"app/**/{name}")) or name in known
    if _IDENTIFIER.fullmatch(name):
        return re.search(rf"\b{re.escape(name.rsplit('.', 1)[-1])}\b", known) is not None
    return True

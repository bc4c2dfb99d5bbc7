"""The house's rules, as `make check` proves them: style, types, and who may import whom."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

CHECKS = {
    "style": ["ruff", "check", "--no-cache"],
    "format": ["ruff", "format", "--check", "--no-cache"],
    "types": ["mypy"],
    "layers": ["lint-imports", "--no-cache"],
    "maps": ["python", "docs/package_maps.py", "--check"],
}


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS)
def test_the_check_passes(check: str) -> None:
    program, *arguments = CHECKS[check]
    ran = subprocess.run([BIN / program, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr

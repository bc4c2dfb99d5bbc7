"""The page that describes the API, in a real Chromium that can reach nothing but this server."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.server.running import running_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --disable-dev-shm-usage --virtual-time-budget=60000 --dump-dom"
)


def shown(url: str, profile: Path) -> str:
    """Return the document as Chromium has it after its scripts have run."""
    assert CHROMIUM, "no Chromium on this machine: `make browser` installs it where it can"
    only_us = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    command = [CHROMIUM, *OPTIONS.split(), only_us, f"--user-data-dir={profile}", url]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_of_the_api_shows_its_routes_without_the_internet(database_url: str, tmp_path: Path) -> None:
    with running_server(database_url) as server:
        page = shown(f"{server.url}/docs/", tmp_path / "profile")
    assert "Errand" in page
    assert 'data-path="/engine-rest/engine"' in page

"""A running server, and the published clients in folders of their own; what cannot be had is skipped, and says so."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.dialects.published.models import CUBE, MODELS

ROOT = Path(__file__).parents[3]
SCRIPTS = Path(__file__).parent / "scripts"
CACHE = ROOT / "var" / "published-clients"
"""Downloaded once; `var` is not part of the project."""
NPM = (
    "@process-engine/external_task_api_client@2.2.0",
    "@process-engine/consumer_api_client@6.4.0",
    "@5minds/processcube_engine_client@6.1.4",
)
PYPI = ("external-task-api-client==2.0.33333333333", "processcube-client==6.1.2")
PYPI_WITHOUT_DEPENDENCIES = ("atlas-engine-client==3.1.2",)
"""It asks for aiohttp 3.8.3, which does not build on Python 3.11; the present one serves it."""

Run = Callable[..., Any]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Start `errand serve` as a development server, deploy the models, and give its URL."""
    port = _free_port()
    settings = {
        "ERRAND_CONFIG": "development",
        "ERRAND_BIND": f"127.0.0.1:{port}",
        "ERRAND_DATABASE_URL": f"sqlite:///{tmp_path / 'errand.db'}",
        "ERRAND_WORKERS": "1",
        "ERRAND_THREADS": "40",
    }
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, tmp_path / "server.log")
        for name, model in MODELS.items():
            httpx.post(f"{url}/api/management/v1/process_models/{name}/update", json={"xml": model}).raise_for_status()
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(url: str, log: Path) -> None:
    for _ in range(150):
        try:
            httpx.get(url).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server did not start: {log.read_text()}")


@pytest.fixture
def start(server: str) -> Callable[..., None]:
    """Start a process on the server."""

    def begin(key: str, **token: Any) -> None:
        path = f"{server}/api/consumer/v1/process_models/{key}/start"
        httpx.post(path, json={"inputValues": token}).raise_for_status()

    return begin


@pytest.fixture
def cube_model(tmp_path: Path) -> Path:
    """Return the file of the model that the ProcessCube clients deploy."""
    path = tmp_path / "cube.bpmn"
    path.write_text(CUBE)
    return path


@pytest.fixture(scope="session")
def node() -> Run:
    """Return a function that runs a script with the npm clients and returns the JSON of its last line."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("the npm clients need node and npm, which are not installed here")
    folder = CACHE / "npm"
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), *NPM]
    _install(folder, command, "npm")
    environment = os.environ | {"NODE_PATH": str(folder / "node_modules")}
    return lambda script, *arguments: _run(["node", str(SCRIPTS / script), *map(str, arguments)], environment)


@pytest.fixture(scope="session")
def python() -> Run:
    """Return a function that runs a script with the PyPI clients and returns the JSON of its last line."""
    folder = CACHE / "pypi"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(folder)]
    _install(folder, [*pip, *PYPI], "PyPI", [*pip, "--no-deps", *PYPI_WITHOUT_DEPENDENCIES])
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return lambda script, *arguments: _run([sys.executable, str(SCRIPTS / script), *map(str, arguments)], environment)


def _install(folder: Path, first: list[str], source: str, *more: list[str]) -> None:
    """Install once, by one process at a time; skip where the source cannot be reached."""
    import fcntl

    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / ".installed").exists():
            return
        for command in (first, *more):
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
            if done.returncode:
                shutil.rmtree(folder, ignore_errors=True)
                pytest.skip(f"the published clients could not be installed from {source}: {done.stderr[-300:]}")
        (folder / ".installed").touch()


def _run(command: list[str], environment: dict[str, str]) -> Any:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(done.stdout.strip().splitlines()[-1])

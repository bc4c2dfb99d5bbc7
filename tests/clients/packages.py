"""Install the published clients once, beside the project and away from its own packages."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2] / "var" / "clients"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
NODE_PACKAGES = ("camunda-external-task-client-js@3.1.0",)
INSTALL_S = 300


class CannotInstall(Exception):
    """No network, no such package, no such program: the message says which."""


def python_packages() -> Path:
    """Return the directory with the packages of `requirements.txt`. Raises CannotInstall."""
    options = ["--quiet", "--disable-pip-version-check", "--no-warn-conflicts", "--requirement", str(REQUIREMENTS)]
    pip = [sys.executable, "-m", "pip", "install", *options, "--target"]
    return _installed(f"python{sys.version_info[0]}.{sys.version_info[1]}", REQUIREMENTS.read_text(), pip)


def node_packages() -> Path:
    """Return the directory that has the packages for Node in `node_modules`. Raises CannotInstall."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise CannotInstall(f"{program} is not installed")
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", *NODE_PACKAGES, "--prefix"]
    return _installed("node", " ".join(NODE_PACKAGES), npm)


def _installed(kind: str, wanted: str, command: list[str]) -> Path:
    """Run `command` with a directory of that kind and content, unless it has been made before."""
    directory = ROOT / f"{kind}-{hashlib.sha256(wanted.encode()).hexdigest()[:12]}"
    done = directory / "installed"
    ROOT.mkdir(parents=True, exist_ok=True)
    with (ROOT / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # pytest-xdist runs the tests in several processes
        if not done.exists():
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir()
            _run([*command, str(directory)])
            done.touch()
    return directory


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_S)
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout or "it said nothing").strip().splitlines()
        raise CannotInstall(f"{command[0]}: {said[-1]}") from None
    except subprocess.TimeoutExpired:
        raise CannotInstall(f"{command[0]} took more than {INSTALL_S} seconds") from None

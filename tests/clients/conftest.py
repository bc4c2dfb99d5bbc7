"""One server for all clients, and the directories with their packages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients import packages
from tests.clients.shop import Shop, add_account
from tests.server.running import running_server


@pytest.fixture(scope="session")
def shop(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Return a shop with its model deployed, on a server of its own."""
    path = tmp_path_factory.mktemp("clients") / "errand.db"
    shutil.copyfile(sqlite_template, path)
    add_account(f"sqlite:///{path}")
    with running_server(f"sqlite:///{path}") as server:
        shop = Shop(server)
        shop.open()
        yield shop
        shop.rest.close()


@pytest.fixture(scope="session")
def python_packages() -> Path:
    """Return the directory of the clients for Python; the test is skipped where they cannot be had."""
    try:
        return packages.python_packages()
    except packages.CannotInstall as error:
        pytest.skip(f"The clients from PyPI cannot be installed: {error}")


@pytest.fixture(scope="session")
def node_packages() -> Path:
    """Return the directory of the clients for Node; the test is skipped where they cannot be had."""
    try:
        return packages.node_packages()
    except packages.CannotInstall as error:
        pytest.skip(f"The clients from npm cannot be installed: {error}")

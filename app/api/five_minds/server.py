"""Name and version of this server."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

PACKAGE = "errand-server"


def server_version() -> str:
    """Return the version of the installed package."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "0.0.0"

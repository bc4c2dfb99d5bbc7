"""Which version of a definition somebody means who calls it by its key."""

from __future__ import annotations

from typing import Literal

Binding = Literal["latest", "deployment", "version", "versionTag"]
BINDINGS: tuple[Binding, ...] = ("latest", "deployment", "version", "versionTag")

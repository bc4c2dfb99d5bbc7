"""Settings: `load` reads them from the environment, `Settings` lists them all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from config.checks import check
from config.default import Settings
from config.development import Development
from config.environment import InvalidSettings, read
from config.production import Production
from config.testing import Testing

CONFIGURATIONS: dict[str, type[Settings]] = {
    "production": Production,
    "development": Development,
    "testing": Testing,
}


def load(environ: Mapping[str, str]) -> Settings:
    """Return the settings that the environment asks for, complete and checked.

    Raises InvalidSettings.
    """
    values = read(environ)
    name = values.setdefault("name", "production")
    if name not in CONFIGURATIONS:
        raise InvalidSettings(f"ERRAND_CONFIG is '{name}'; it may be {', '.join(CONFIGURATIONS)}.")
    return check(_completed(CONFIGURATIONS[name](**values)))


def _completed(settings: Settings) -> Settings:
    """Fill in what depends on the machine or on another setting."""
    if settings.threads < 1:
        raise InvalidSettings("ERRAND_THREADS must be 1 or more.")
    return replace(
        settings,
        workers=settings.workers or min(2, os.cpu_count() or 1),
        # Threads must stay free for everything else, or completes starve behind polls.
        max_parked_polls=min(
            settings.max_parked_polls or settings.threads, max(settings.threads - 32, settings.threads // 2)
        ),
    )


__all__ = ["InvalidSettings", "Settings", "load"]

"""What runs beside the requests in every process of the server, started after the fork."""

from __future__ import annotations

from flask import Flask

from app.api.parts import EXTENSION, Parts
from app.engine.job_runner import JobRunner


class Background:
    """The threads of one process. `start` once, `stop` once."""

    def __init__(self, app: Flask) -> None:
        parts: Parts = app.extensions[EXTENSION]
        self._long_polling = parts.long_polling
        self._threads = [JobRunner(parts.engine)] if parts.settings.timers else []

    def start(self) -> None:
        """Start everything."""
        self._long_polling.start()
        for thread in self._threads:
            thread.start()

    def release_polls(self) -> None:
        """Answer every parked long poll now, and park none any more."""
        self._long_polling.release_all()

    def stop(self) -> None:
        """End everything; what was begun is finished or rolled back."""
        for thread in self._threads:
            thread.stop()
        self._long_polling.stop()

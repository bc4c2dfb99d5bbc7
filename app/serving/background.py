"""What runs beside the requests in every process of the server, started after the fork."""

from __future__ import annotations

from flask import Flask

from app.api.components import EXTENSION, Parts


class Background:
    """The threads of one process: job runner, sender of messages, wake-up calls from other processes."""

    def __init__(self, app: Flask) -> None:
        self._parts: Parts = app.extensions[EXTENSION]

    def start(self) -> None:
        """Start everything, once a process."""
        self._parts.engine.job_runner.start()
        self._parts.long_polling.start()
        self._parts.events.start()

    def release_polls(self) -> None:
        """Answer every parked long poll and end every event stream now, and take none any more."""
        self._parts.long_polling.release_all()
        self._parts.events.release_all()

    def stop(self) -> None:
        """End everything; what was begun is finished or rolled back."""
        self._parts.events.stop()
        self._parts.engine.job_runner.stop()
        self._parts.long_polling.stop()

"""What runs beside the requests in every process of the server, started after the fork."""

from __future__ import annotations

from flask import Flask

from app.api.parts import EXTENSION, Parts


class Background:
    """The threads of one process: the job runner, and the long polls' wake-up calls from other processes."""

    def __init__(self, app: Flask) -> None:
        self._parts: Parts = app.extensions[EXTENSION]

    def start(self) -> None:
        """Start everything, once a process."""
        self._parts.engine.job_runner.start()
        self._parts.long_polling.start()

    def release_polls(self) -> None:
        """Answer every parked long poll now, and park none any more."""
        self._parts.long_polling.release_all()

    def stop(self) -> None:
        """End everything; what was begun is finished or rolled back."""
        self._parts.engine.job_runner.stop()
        self._parts.long_polling.stop()

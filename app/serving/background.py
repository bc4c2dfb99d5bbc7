"""What runs beside the requests in every process of the server, started after the fork."""

from __future__ import annotations

from flask import Flask

from app.api.components import components_of


class Background:
    """The threads of one process: job runner, sender of messages, wake-up calls from other processes."""

    def __init__(self, app: Flask) -> None:
        self._components = components_of(app)

    def start(self) -> None:
        """Start everything, once a process."""
        self._components.job_runner.start()
        self._components.long_polling.start()
        self._components.events.start()
        self._components.presence.start()

    def release_polls(self) -> None:
        """Answer every parked long poll and end every event stream now, and take none any more."""
        self._components.long_polling.release_all()
        self._components.events.release_all()

    def stop(self) -> None:
        """End everything; what was begun is finished or rolled back."""
        self._components.events.stop()
        self._components.job_runner.stop()
        self._components.long_polling.stop()
        self._components.presence.stop()

"""The parts of events of one process, wired: what is told is kept, streamed and sent on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.database.database import Database
from app.services.events.bell import NAME, EventBell
from app.services.events.deliverer import Deliverer
from app.services.events.journal import EventJournal
from app.services.events.streams import EventStreams
from app.services.events.webhooks import Webhooks
from app.services.external_tasks.service import ExternalTaskService

if TYPE_CHECKING:
    from config import Settings


class Events:
    """Everything that concerns events. Nothing is recorded unless the settings say so."""

    def __init__(self, database: Database, settings: Settings, external_tasks: ExternalTaskService) -> None:
        self.are_recorded = settings.events
        long_polling = external_tasks.long_polling
        self.bell = EventBell(long_polling.tell_others)
        self.deliverer = Deliverer(database, settings)
        self.streams = EventStreams(database, self.bell, settings.max_event_streams)
        self.webhooks = Webhooks(database)
        self.bell.on_ring = self.deliverer.events_happened
        long_polling.listen(NAME, self.bell.hear)
        if settings.events:
            EventJournal(database, self.bell.ring).connect(external_tasks)

    def start(self) -> None:
        """Start the thread that sends, once a process, after the fork."""
        self.deliverer.start()

    def release_all(self) -> None:
        """End every stream now, and open none any more."""
        self.streams.release_all()

    def stop(self) -> None:
        """End streams and thread; what is being sent is finished."""
        self.release_all()
        self.deliverer.stop()

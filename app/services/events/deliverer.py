"""The thread of a process that sends messages to webhooks and to the process engine elsewhere."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import peewee

from app import clock
from app.database.database import Database
from app.errors import ErrandError
from app.models import Webhook
from app.models.event_webhook import ENGINE
from app.services.events.deliveries import DeliveryQueue, Message
from app.services.events.fan_out import FanOut
from app.services.events.posting import DeliveryFailed, post
from app.services.events.retention import forget_old_events
from app.services.events.signing import signed_headers

if TYPE_CHECKING:
    from config import Settings

logger = logging.getLogger(__name__)

SENDERS = 8
AT_ONCE = 4
"""Messages that one process sends to one webhook at the same time, each of another process instance."""
LONGEST_SLEEP_S = 1.0
PAUSE_S = 0.005
SPARE_MS = 25_000
"""What must be left of a claim before its message is sent: connection, exchange, settling."""
TIDY_EVERY_MS = 60_000
STOP_TIMEOUT_S = 12.0

Run = Callable[[Callable[[], None]], object]


class Deliverer:
    """Queues events for webhooks and sends what is due. Several processes share the work by claims."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.queue = DeliveryQueue(database)
        self._fan_out = FanOut(database)
        self._under_way: Counter[str] = Counter()
        self._mutex = threading.Lock()
        self._alarm = threading.Event()
        self._has_webhooks = False
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._tidied_at = 0

    def start(self) -> None:
        """Start the thread of this process, once, after the fork."""
        if self._thread is None and not self._stopping:
            self._thread = threading.Thread(target=self._loop, name="deliveries", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Send nothing more, and wait for what is under way."""
        self._stopping = True
        self._alarm.set()
        if self._thread is not None:
            self._thread.join(STOP_TIMEOUT_S)

    def events_happened(self) -> None:
        """Look for events, if any webhook wants them."""
        if self._has_webhooks:
            self._alarm.set()

    def wake(self) -> None:
        """Look for messages now: one was queued, or a webhook was registered."""
        self._alarm.set()

    def run_due(self) -> int:
        """Queue all events and send all that is due, one after the other on this thread; return how many were sent or
        tried."""
        count = 0
        while True:
            looked, begun = self._round(lambda work: work())
            count += begun
            if not looked and not begun and not self._fan_out.is_waiting:
                return count

    def _round(self, run: Run) -> tuple[int, int]:
        """Look once at every webhook; return how many rows of events were looked at and how many messages begun."""
        webhooks = self._awake()
        looked = sum(self._fan_out.run(webhook) for webhook in webhooks if webhook.id != ENGINE)
        return looked, sum(self._begin(webhook, run) for webhook in webhooks)

    def _awake(self) -> list[Webhook]:
        with self.database.reading():
            webhooks = list(Webhook.select().where(Webhook.active).order_by(Webhook.id))
        self._has_webhooks = any(webhook.id != ENGINE for webhook in webhooks)
        self._fan_out.forget({webhook.id for webhook in webhooks})
        now = clock.now_ms()
        return [webhook for webhook in webhooks if (webhook.paused_until or 0) <= now]

    def _begin(self, webhook: Webhook, run: Run) -> int:
        with self._mutex:
            free = AT_ONCE - self._under_way[webhook.id]
        # After failures one message tries whether the receiver is well again.
        messages = self.queue.claim(webhook.id, 1 if webhook.failures else free) if free > 0 else []
        for message in messages:
            with self._mutex:
                self._under_way[webhook.id] += 1
            run(lambda message=message: self._deliver(webhook, message))  # type: ignore[misc]
        return len(messages)

    def _deliver(self, webhook: Webhook, message: Message) -> None:
        try:
            if clock.now_ms() < message.claim - SPARE_MS:  # else another process is about to send it
                self._safely(lambda: self._send_and_settle(webhook, message))
        finally:
            with self._mutex:
                self._under_way[webhook.id] -= 1
            self._alarm.set()

    def _send_and_settle(self, webhook: Webhook, message: Message) -> None:
        try:
            self._send(webhook, message)
        except DeliveryFailed as failure:
            logger.warning("webhook %s did not take %s: %s", webhook.id, message.message_id, failure)
            self.queue.failed(message, str(failure), failure.status)
        else:
            self.queue.delivered(message)

    def _send(self, webhook: Webhook, message: Message) -> None:
        is_engine = webhook.id == ENGINE
        url = self.settings.engine_url if is_engine else webhook.url
        secret = self.settings.engine_secret if is_engine else webhook.secret
        if url is None or secret is None:
            raise DeliveryFailed("no process engine is configured (ERRAND_ENGINE_URL)")
        body = message.body.encode()
        headers = signed_headers(secret, message.message_id, clock.now_ms() // 1_000, body)
        post(url, body, headers, private=is_engine or self.settings.webhook_private_addresses)

    def _loop(self) -> None:
        with ThreadPoolExecutor(SENDERS, thread_name_prefix="delivery") as pool:
            while not self._stopping:
                self._alarm.wait(LONGEST_SLEEP_S)
                self._alarm.clear()
                looked, _ = self._safely(lambda: self._round(pool.submit)) or (0, 0)
                self._safely(self._tidy)
                if looked or self._fan_out.is_waiting:
                    self._alarm.set()
                threading.Event().wait(PAUSE_S)  # a burst of commits is one look

    def _tidy(self) -> None:
        now = clock.now_ms()
        if now - self._tidied_at >= TIDY_EVERY_MS:
            self._tidied_at = now
            forget_old_events(self.database, now - self.settings.event_hours * 3_600_000)

    def _safely(self, work: Callable[[], Any]) -> Any:
        """The thread outlives every trouble of the database; a message whose end was not noted is sent again."""
        try:
            return work()
        except (peewee.PeeweeException, ErrandError, OSError):
            if not self._stopping:
                logger.exception("delivering failed and goes on")
            return None

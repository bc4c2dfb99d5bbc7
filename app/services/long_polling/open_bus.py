"""Open the bus between the processes on one database."""

from __future__ import annotations

from app.services.long_polling.datagram_bus import DatagramBus
from app.services.long_polling.notify_bus import NotifyBus
from app.services.long_polling.wake_bus import WakeBus


def open_bus(address: str) -> WakeBus:
    """Return the bus of `Database.wake_address`: a directory (`unix:/path`) or a Postgres URL."""
    if address.startswith("unix:"):
        return DatagramBus(address.removeprefix("unix:"))
    return NotifyBus(address)

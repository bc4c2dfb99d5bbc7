"""The buses between processes: everybody else hears, and nothing breaks when one of them dies."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

from app.database.database import Database
from app.services.long_polling.open_bus import open_bus
from app.services.long_polling.wake_bus import WakeBus

Heard = list[dict[str, int]]


def until(condition: Callable[[], bool], again: Callable[[], object] = lambda: None) -> None:
    """Wait until another thread has got there, doing something every now and then."""
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        again()
        threading.Event().wait(0.02)


class Ear:
    """A process on the bus."""

    def __init__(self, address: str) -> None:
        self.bus: WakeBus = open_bus(address)
        self.heard: Heard = []
        self.bus.start(self.hear)

    def hear(self, topics: Mapping[str, int]) -> None:
        self.heard.append(dict(topics))


@pytest.fixture
def ears(database: Database) -> Iterator[tuple[Ear, Ear]]:
    """Return two processes that hear each other."""
    pair = Ear(database.wake_address), Ear(database.wake_address)
    for speaker, listener in (pair, pair[::-1]):
        until(lambda: {"hello": 1} in listener.heard, lambda: speaker.bus.publish({"hello": 1}))  # noqa: B023
    yield pair
    for ear in pair:
        ear.bus.stop()


def test_everybody_hears_but_the_one_who_speaks(ears: tuple[Ear, Ear]) -> None:
    first, second = ears
    first.bus.publish({"orders": 3, "späte": 1})
    until(lambda: {"orders": 3, "späte": 1} in second.heard)
    assert {"orders": 3, "späte": 1} not in first.heard


def test_many_topics_at_once_arrive(ears: tuple[Ear, Ear]) -> None:
    first, second = ears
    topics = {f"topic-{'x' * 100}-{number}": number for number in range(1, 500)}
    first.bus.publish(topics)
    heard: dict[str, int] = {}

    def all_heard() -> bool:
        for message in second.heard:
            heard.update(message)
        return topics.items() <= heard.items()

    until(all_heard)


def test_a_process_that_died_is_forgotten(tmp_path: Path) -> None:
    directory = tmp_path / "errand.db.wake"
    first, second = Ear(f"unix:{directory}"), Ear(f"unix:{directory}")
    dead = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    dead.bind(str(directory / "99999-dead.sock"))
    dead.close()
    until(lambda: not (directory / "99999-dead.sock").exists(), lambda: first.bus.publish({"orders": 1}))
    until(lambda: {"orders": 1} in second.heard)
    first.bus.stop()
    second.bus.stop()
    assert list(directory.iterdir()) == []


def test_a_directory_with_a_long_name_is_no_obstacle(tmp_path: Path) -> None:
    address = f"unix:{tmp_path / ('x' * 120) / 'wake'}"
    first, second = Ear(address), Ear(address)
    until(lambda: {"orders": 1} in second.heard, lambda: first.bus.publish({"orders": 1}))
    first.bus.stop()
    second.bus.stop()


def test_a_directory_that_cannot_be_made_leaves_the_process_running(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    alone = Ear(f"unix:{tmp_path / 'file' / 'wake'}")
    alone.bus.publish({"orders": 1})
    alone.bus.stop()


def test_lost_connections_are_made_again(ears: tuple[Ear, Ear], database: Database) -> None:
    first, second = ears
    if not database.locks_rows:
        return  # there are no connections that could be lost
    with psycopg.connect(database.wake_address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'errand wake'"
        )
    until(lambda: {"after": 1} in second.heard, lambda: first.bus.publish({"after": 1}))

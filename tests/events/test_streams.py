"""Event streams: who sees what, where they begin, how they end."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient

from app.database.database import Database
from app.models import Event
from app.services.events.bell import NAME
from app.services.events.events import Events
from app.services.events.feed import EventFeed
from app.services.long_polling.open_bus import open_bus
from tests.builders import bearer, deploy, external_task, fetch, flow, one_task, process, start
from tests.events.asking import EVENTS, all_events, stream, taken, types, until_quiet


def two_topics() -> str:
    elements = ('<startEvent id="start"/>', '<endEvent id="end"/>')
    tasks = external_task("a", "orders.new"), external_task("b", "invoices")
    flows = flow("start", "a"), flow("start", "b"), flow("a", "end"), flow("b", "end")
    return process(*elements, *tasks, *flows)


def topics_of(found: list[dict[str, Any]]) -> set[str | None]:
    return {event.get("topic") for event in found}


def test_a_stream_begins_with_what_happens_after_its_opening(client: FlaskClient) -> None:
    deploy(client, one_task())
    start(client)
    with stream(client) as frames:
        assert until_quiet(frames) == []
        instance_id = start(client)
        assert {event["processInstanceId"] for event in taken(frames, 3)} == {instance_id}


def test_a_stream_goes_on_behind_the_last_event_that_was_seen(client: FlaskClient) -> None:
    deploy(client, one_task())
    start(client)
    fetch(client)
    first, second, third, fourth = all_events(client)
    for last, expected in ((first, [second, third, fourth]), (third, [fourth]), (fourth, [])):
        with stream(client, after=last["id"]) as frames:
            assert until_quiet(frames) == expected
        with stream(client, f"?last_event_id={last['id']}") as frames:
            assert until_quiet(frames) == expected


@pytest.mark.parametrize("last", ["x", "1", "1-", "-1-1", "1-x", "9" * 30 + "-1"])
def test_an_id_of_something_else_is_refused(client: FlaskClient, last: str) -> None:
    response = client.get(EVENTS, headers={**bearer(), "Last-Event-ID": last})
    assert (response.status_code, response.get_json()["title"]) == (400, "Bad Request")


def test_a_stream_tells_when_events_were_missed(client: FlaskClient) -> None:
    with stream(client, after="900-0") as frames:
        (lost,) = until_quiet(frames)
    assert (lost["type"], lost["after"]) == ("events_lost", "900-0")


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("types=external_task_created", 2),
        ("types=external_task_*,process_started", 3),
        ("topics=orders.*", 1),
        ("topics=nothing", 0),
        ("processDefinitionKey=process", 5),
        ("processDefinitionKey=other", 0),
        ("processInstanceId=other", 0),
        ("types=external_task_created&topics=invoices&processDefinitionKey=pro*", 1),
    ],
)
def test_a_stream_holds_what_was_selected(client: FlaskClient, query: str, number: int) -> None:
    deploy(client, two_topics())
    start(client)
    assert len(all_events(client, f"?{query}")) == number


def test_a_stream_of_one_instance_holds_no_other(client: FlaskClient) -> None:
    deploy(client, one_task())
    one, _ = start(client), start(client)
    found = all_events(client, f"?processInstanceId={one}")
    assert {event["processInstanceId"] for event in found} == {one}


def test_a_worker_sees_the_tasks_of_its_topics_only(client: FlaskClient) -> None:
    deploy(client, two_topics())
    start(client)
    for topics, expected in ((["orders.*"], {"orders.new"}), (None, {"orders.new", "invoices"})):
        worker = bearer("can_access_external_tasks", topics=topics)
        found = all_events(client, headers=worker)
        assert (set(types(found)), topics_of(found)) == ({"external_task_created"}, expected)


def test_nobody_else_sees_anything(client: FlaskClient) -> None:
    assert client.get(EVENTS).status_code == 401
    assert client.get(EVENTS, headers=bearer("can_write_process_model")).status_code == 403
    assert client.get(EVENTS, headers={**bearer(), "Accept": "application/json"}).status_code == 406


def test_the_number_of_streams_is_limited_and_a_closed_one_leaves_its_place(
    client: FlaskClient, events: Events
) -> None:
    events.streams._most = 1
    with stream(client):
        response = client.get(EVENTS, headers=bearer())
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    with stream(client):
        assert events.streams.count == 1
    assert events.streams.count == 0


def test_shutdown_ends_every_stream(client: FlaskClient, events: Events) -> None:
    with stream(client) as frames:
        assert until_quiet(frames) == []
        events.release_all()
        assert list(frames) == []
    assert client.get(EVENTS, headers=bearer()).status_code == 503


def test_a_commit_of_another_process_wakes_a_stream(database: Database, client: FlaskClient, events: Events) -> None:
    """Another process has a bus of its own on the same address; here it is a second one in this process."""
    bus, rung = open_bus(database.wake_address), threading.Event()
    bus.start(lambda names: rung.set() if NAME in names else None)
    client.application.extensions["errand"].long_polling.start()
    deploy(client, one_task())
    for _ in range(100):
        start(client)
        if rung.wait(0.1):
            break
    before = events.bell.count
    bus.publish({NAME: 1})
    events.bell.wait(before, 10)
    bus.stop()
    assert rung.is_set()
    assert events.bell.count > before


def test_no_event_is_passed_over_whose_transaction_commits_late(database: Database, database_url: str) -> None:
    """Postgres gives a row its number before its transaction commits; SQLite writes one after the other."""
    if database_url.startswith("sqlite"):
        return
    feed = EventFeed(database, _last_row(database))
    with psycopg.connect(database_url) as late, psycopg.connect(database_url) as quick:
        late.execute('INSERT INTO event (at, body) VALUES (0, \'[{"type": "late"}]\')')
        quick.execute('INSERT INTO event (at, body) VALUES (0, \'[{"type": "quick"}]\')')
        quick.commit()
        feed.read()
        assert feed.read() == []
        late.commit()
        assert [event["type"] for _, event in feed.read() + feed.read()] == ["late", "quick"]


def test_a_number_that_is_never_used_holds_nothing_up(database: Database, database_url: str) -> None:
    if database_url.startswith("sqlite"):
        return
    feed = EventFeed(database, _last_row(database))
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO event (at, body) VALUES (0, '[]')")
        connection.rollback()
        connection.execute('INSERT INTO event (at, body) VALUES (0, \'[{"type": "next"}]\')')
        connection.commit()
    assert [event["type"] for _, event in feed.read() + feed.read()] == ["next"]


def _last_row(database: Database) -> int:
    database.write(lambda: Event.insert(at=0, body="[]").execute())
    last: int = database.read(lambda: Event.select().order_by(Event.id.desc()).get().id)
    return last

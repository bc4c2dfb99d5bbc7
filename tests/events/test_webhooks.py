"""Webhooks: signed, at least once, in order for each process instance, visible when stuck."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.database.database import Database
from app.services.events.deliverer import Deliverer
from app.services.events.deliveries import pause_ms
from app.services.events.events import Events
from app.services.events.posting import DeliveryFailed, post
from config import Settings
from tests.builders import bearer, deploy, one_task, start
from tests.events.receivers import Receiver, receiver, signature

WEBHOOKS = "/api/v1/webhooks"
LONGEST_PAUSE_MS = 360_000


def register(client: FlaskClient, hook: Receiver, **body: Any) -> dict[str, Any]:
    response = client.post(WEBHOOKS, json={"url": hook.url, **body}, headers=bearer("can_administer"))
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.get_json()
    return made


def shown(client: FlaskClient, id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{WEBHOOKS}/{id}", headers=bearer("can_administer")).get_json()
    return found


def test_a_message_is_signed_and_holds_one_event(client: FlaskClient, events: Events, hook: Receiver) -> None:
    made = register(client, hook, eventTypes=["external_task_created"], topics=["wor*"])
    deploy(client, one_task())
    instance_id = start(client)

    events.deliverer.run_due()

    (request,) = hook.received
    assert request.headers["webhook-signature"] == signature(made["secret"], request)
    assert request.headers["webhook-timestamp"] == str(clock.now_ms() // 1000)
    assert request.headers["content-type"] == "application/json"
    assert request.body["type"] == "external_task_created"
    assert request.body["data"]["processInstanceId"] == instance_id
    assert request.id == f"evt_{request.body['data']['id']}"
    assert shown(client, made["id"])["backlog"] == 0


def test_a_secret_of_ones_own_signs_too_and_is_shown_once(client: FlaskClient, events: Events, hook: Receiver) -> None:
    secret = "a secret that somebody else has made"
    made = register(client, hook, secret=secret)
    deploy(client, one_task())
    start(client)
    events.deliverer.run_due()
    assert {signature(secret, request) for request in hook.received} == {
        request.headers["webhook-signature"] for request in hook.received
    }
    assert made["secret"] == secret
    listed = client.get(WEBHOOKS, headers=bearer("can_administer"))
    assert (listed.get_json(), secret in listed.text) == ([shown(client, made["id"])], False)


def test_what_fails_is_tried_again_later_and_tells_why(client: FlaskClient, events: Events, hook: Receiver) -> None:
    made = register(client, hook, eventTypes=["process_started"])
    deploy(client, one_task())
    start(client)
    hook.answer = lambda request: 500

    events.deliverer.run_due()
    events.deliverer.run_due()

    assert len(hook.received) == 1
    stuck = shown(client, made["id"])
    assert (stuck["backlog"], stuck["attempts"], stuck["failures"], stuck["lastError"]) == (1, 1, 1, "answered 500")
    assert stuck["nextAttemptAt"] > stuck["lastFailedAt"] == stuck["oldestWaitingAt"]

    hook.answer = lambda request: 200
    clock.advance(LONGEST_PAUSE_MS)
    events.deliverer.run_due()

    assert [request.id for request in hook.received] == [hook.received[0].id] * 2
    well = shown(client, made["id"])
    assert (well["backlog"], well["attempts"], well["failures"], well["nextAttemptAt"]) == (0, 0, 0, None)
    assert well["lastDeliveredAt"] is not None


def test_the_events_of_an_instance_stay_in_order_and_hold_up_no_other(
    client: FlaskClient, events: Events, hook: Receiver
) -> None:
    register(client, hook)
    deploy(client, one_task())
    bad, good = start(client), start(client)
    hook.answer = lambda request: 500 if request.body["data"]["processInstanceId"] == bad else 204

    events.deliverer.run_due()
    hook.answer = lambda request: 204
    clock.advance(LONGEST_PAUSE_MS)
    events.deliverer.run_due()

    expected = ["process_started", "activity_reached", "external_task_created"]
    assert _types_of(hook, good) == expected
    assert _types_of(hook, bad) == [expected[0], *expected]


def _types_of(hook: Receiver, instance_id: str) -> list[str]:
    return [r.body["type"] for r in hook.received if r.body["data"]["processInstanceId"] == instance_id]


def test_a_receiver_that_fails_again_and_again_is_left_alone_as_a_whole(
    client: FlaskClient, events: Events, hook: Receiver
) -> None:
    register(client, hook, eventTypes=["process_started"])
    deploy(client, one_task())
    for _ in range(10):
        start(client)
    hook.answer = lambda request: 503
    events.deliverer.run_due()
    assert 3 <= len(hook.received) <= 4  # four at first, at once; then it rests
    before = len(hook.received)
    clock.advance(LONGEST_PAUSE_MS)
    events.deliverer.run_due()
    assert len(hook.received) == before + 1


def test_a_lost_answer_brings_the_message_again_with_the_same_id(
    client: FlaskClient, events: Events, hook: Receiver, database: Database
) -> None:
    """The process dies after the receiver has taken the message and before that is noted: the claim ends."""
    made = register(client, hook, eventTypes=["process_started"])
    deploy(client, one_task())
    start(client)
    while not events.deliverer._fan_out.run(events.webhooks.get(_admin(), made["id"])):
        pass  # the first look may have found numbers missing
    events.deliverer.queue.claim(made["id"], 1)
    events.deliverer.run_due()
    assert hook.received == []
    clock.advance(62_000)
    events.deliverer.run_due()
    assert len(hook.received) == 1


def test_two_processes_send_each_message_once(
    client: FlaskClient, events: Events, hook: Receiver, database: Database, settings: Settings
) -> None:
    register(client, hook)
    deploy(client, one_task())
    for _ in range(20):
        start(client)
    other = Deliverer(database, settings)
    threads = [threading.Thread(target=each.run_due) for each in (events.deliverer, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events.deliverer.run_due()
    assert len({request.id for request in hook.received}) == len(hook.received) == 60


def test_the_thread_sends_by_itself_and_a_hanging_receiver_delays_no_other(
    client: FlaskClient, events: Events, hook: Receiver
) -> None:
    with receiver() as slow:
        slow.answer = slow.hang
        register(client, slow, eventTypes=["process_started"])
        register(client, hook, eventTypes=["process_started"])
        events.start()
        deploy(client, one_task())
        start(client)
        assert slow.hanging.wait(10)
        assert hook.arrived.acquire(timeout=10)
        slow.let_go.set()
        events.stop()


def test_a_receiver_that_does_not_answer_is_given_up(hook: Receiver) -> None:
    hook.answer = hook.hang
    with pytest.raises(DeliveryFailed, match=r"^no answer within 0\.1 seconds$"):
        post(hook.url, b"{}", {}, private=True, timeout_s=0.1)


def test_nobody_there_is_a_failure(hook: Receiver) -> None:
    with receiver() as gone:
        url = gone.url
    with pytest.raises(DeliveryFailed, match=r"ConnectionRefusedError"):
        post(url, b"{}", {}, private=True)


def test_redirects_are_not_followed(hook: Receiver) -> None:
    with receiver() as elsewhere:
        hook.location, hook.answer = elsewhere.url, lambda request: 307
        with pytest.raises(DeliveryFailed, match=r"^answered 307$"):
            post(hook.url, b"{}", {}, private=True)
        assert elsewhere.received == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"],
)
def test_private_addresses_are_refused_unless_the_setting_allows_them(host: str) -> None:
    with pytest.raises(DeliveryFailed, match="not public"):
        post(f"http://{host}:9/", b"{}", {}, private=False)


def test_a_receiver_that_is_gone_is_told_nothing_any_more_until_somebody_says_so(
    client: FlaskClient, events: Events, hook: Receiver
) -> None:
    made = register(client, hook, eventTypes=["process_started"])
    deploy(client, one_task())
    start(client)
    hook.answer = lambda request: 410
    events.deliverer.run_due()
    clock.advance(LONGEST_PAUSE_MS)
    events.deliverer.run_due()
    assert (len(hook.received), shown(client, made["id"])["active"]) == (1, False)

    hook.answer = lambda request: 204
    client.post(f"{WEBHOOKS}/{made['id']}/retry", headers=bearer("can_administer"))
    events.deliverer.run_due()
    assert (len(hook.received), shown(client, made["id"])["active"]) == (2, True)


def test_a_deleted_webhook_is_told_nothing(client: FlaskClient, events: Events, hook: Receiver) -> None:
    made = register(client, hook)
    deploy(client, one_task())
    start(client)
    assert client.delete(f"{WEBHOOKS}/{made['id']}", headers=bearer("can_administer")).status_code == 204
    events.deliverer.run_due()
    assert hook.received == []
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/retry")):
        gone = client.open(f"{WEBHOOKS}/{made['id']}{path}", method=method, headers=bearer("can_administer"))
        assert gone.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": "ftp://example.org"},
        {"url": "file:///etc/passwd"},
        {"url": "http://"},
        {"url": "http://user:word@example.org"},
        {"url": "http://example.org:99999"},
        {"url": "http://example.org/\r\nX: y"},
        {"url": "http://example.org/" + "x" * 3000},
        {"url": "http://example.org", "secret": "short"},
        {"url": "http://example.org", "topics": "work"},
        {"url": "http://example.org", "topics": ["x"] * 101},
    ],
)
def test_a_webhook_that_cannot_be_is_refused(client: FlaskClient, body: dict[str, Any]) -> None:
    response = client.post(WEBHOOKS, json=body, headers=bearer("can_administer"))
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")


def test_only_administrators_see_webhooks(client: FlaskClient) -> None:
    manager = bearer("can_manage_process_instances", "can_access_external_tasks", "can_write_process_model")
    assert client.get(WEBHOOKS).status_code == 401
    assert client.get(WEBHOOKS, headers=manager).status_code == 403
    assert client.post(WEBHOOKS, json={"url": "http://example.org"}, headers=manager).status_code == 403


def test_pauses_double_up_to_a_limit() -> None:
    assert 800 <= pause_ms(1) <= 1_200
    assert 3_200 <= pause_ms(3) <= 4_800
    assert all(240_000 <= pause_ms(failures) <= LONGEST_PAUSE_MS for failures in (10, 50, 5_000))


def _admin() -> Any:
    from app.identity import ADMINISTER, Identity

    return Identity("admin", frozenset({ADMINISTER}))

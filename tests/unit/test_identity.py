"""Who is admitted, as whom, and who is not."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from flask import Flask

import config
from app import clock
from app.errors import Forbidden, TopicForbidden, Unauthenticated
from app.identity import ALL_CLAIMS, ANONYMOUS, Identity
from app.identity.bearer_tokens import configure_tokens, sign
from app.identity.identities import Identities
from config import Settings

SETTINGS = config.load({"ERRAND_CONFIG": "testing"})
WORKER = Identity("worker", frozenset({"can_access_external_tasks"}), ("reserve",))


def verify_account(user_id: str, password: str) -> Identity:
    if (user_id, password) != ("worker", "pass:word"):
        raise Unauthenticated("no such account")
    return WORKER


def identities(settings: Settings = SETTINGS) -> Identities:
    return Identities(settings, verify_account)


@pytest.fixture(autouse=True)
def in_app() -> Iterator[None]:
    with app_with(SETTINGS).app_context():
        yield


def app_with(settings: Settings) -> Flask:
    app = Flask("test")
    configure_tokens(app, settings)
    return app


def signed(payload: dict[str, Any], *, key: str | None = None, algorithm: str = "HS256", **headers: Any) -> str:
    return "Bearer " + jwt.encode(
        payload, key or SETTINGS.jwt_secret or "", algorithm=algorithm, headers=headers or None
    )


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_a_claim_may_be_a_member_a_list_entry_or_a_scope() -> None:
    granted = {
        "sub": "anna",
        "can_access_external_tasks": True,
        "claims": ["can_write_process_model", "can_fly"],
        "scope": "openid can_administer",
    }
    claims = frozenset({"can_access_external_tasks", "can_write_process_model", "can_administer"})
    assert identities().authenticate(signed(granted)) == Identity("anna", claims, None)


@pytest.mark.parametrize("value", ["true", 1, [True], {"a": 1}, None, False])
def test_a_claim_that_is_not_true_grants_nothing(value: Any) -> None:
    token = signed({"sub": "anna", "can_administer": value, "claims": {"can_administer": True}, "scope": 7})
    assert identities().authenticate(token) == Identity("anna", frozenset(), None)


@pytest.mark.parametrize(
    ("topics", "patterns"),
    [
        (["a", "b.*"], ("a", "b.*")),
        ("a, b.* c", ("a", "b.*", "c")),
        ([], ()),
        ([7, "a"], ("a",)),
        (7, ()),
        (None, None),
    ],
)
def test_malformed_topics_cover_nothing(topics: Any, patterns: tuple[str, ...] | None) -> None:
    assert identities().authenticate(signed({"sub": "anna", "topics": topics})).topics == patterns


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer ZHVtbXlfdG9rZW4=",
        "Digest username=anna",
        signed({"sub": "anna"}, key="another key that is long enough for HS256"),
        signed(
            {"sub": "anna"}, key="another key that is long enough for HS512, which takes 64 bytes!!", algorithm="HS512"
        ),
        "Bearer " + jwt.encode({"sub": "anna"}, "", algorithm="none"),
        signed({"sub": "anna", "exp": int(time.time()) - 60}),
        signed({"sub": "anna", "nbf": int(time.time()) + 86_400}),
        signed({"sub": "anna", "type": "refresh"}),
        signed({"can_administer": True}),
        signed({"sub": ""}),
        signed({"sub": 7}),
        "Bearer " + "a" * 20_000,
        "Bearer \udcff",
        basic("worker:wrong"),
        basic("worker"),
        basic(":password"),
        "Basic not-base64",
    ],
)
def test_what_does_not_verify_is_nobody(authorization: str | None) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        identities().authenticate(authorization)
    credential = (authorization or "").partition(" ")[2]
    assert not credential or credential not in refusal.value.message


def test_issuer_and_audience_must_be_the_configured_ones() -> None:
    settings = replace(SETTINGS, jwt_issuer="https://login.test", jwt_audience="errand")
    right = {"sub": "anna", "iss": "https://login.test", "aud": ["other", "errand"]}
    with app_with(settings).app_context():
        assert identities(settings).authenticate(signed(right)).user_id == "anna"
        for wrong in ({"iss": "https://evil.test"}, {"aud": "other"}, {"iss": None}, {"aud": None}):
            payload = {name: value for name, value in (right | wrong).items() if value is not None}
            with pytest.raises(Unauthenticated):
                identities(settings).authenticate(signed(payload))


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_public_key_verifies_and_is_never_taken_for_a_secret(algorithm: str) -> None:
    key = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if algorithm == "RS256"
        else ec.generate_private_key(ec.SECP256R1())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    settings = replace(SETTINGS, jwt_algorithm=algorithm, jwt_secret=None, jwt_public_key=public)
    token = sign(settings, subject="anna", claims=(), topics=None, lifetime_s=60, private_key=private)
    with app_with(settings).app_context():
        assert identities(settings).authenticate(f"Bearer {token}").user_id == "anna"
        with pytest.raises(Unauthenticated):
            identities(settings).authenticate(signed({"sub": "anna"}, key=public.replace("PUBLIC", "NO")))


def test_a_signed_token_says_what_it_was_told() -> None:
    token = sign(SETTINGS, subject="anna", claims=("can_administer",), topics=("a", "b.*"), lifetime_s=60)
    expected = Identity("anna", frozenset({"can_administer"}), ("a", "b.*"))
    assert identities().authenticate(f"bearer {token}") == expected


def test_a_worker_account_is_the_same_identity_and_its_password_may_hold_a_colon() -> None:
    assert identities().authenticate(basic("worker:pass:word")) == WORKER


def test_basic_may_be_switched_off() -> None:
    with pytest.raises(Unauthenticated):
        identities(replace(SETTINGS, basic_auth=False)).authenticate(basic("worker:pass:word"))


def test_an_anonymous_server_ignores_what_proves_nothing_and_honours_what_does() -> None:
    anonymous = identities(replace(SETTINGS, anonymous=True))
    assert anonymous.authenticate(None) == ANONYMOUS
    assert anonymous.authenticate("Bearer ZHVtbXlfdG9rZW4=") == ANONYMOUS
    assert anonymous.authenticate(basic("worker:pass:word")) == WORKER


def test_a_remembered_token_ends_with_its_expiry() -> None:
    known = identities()
    token = signed({"sub": "anna", "exp": int(time.time()) + 20})
    with clock.frozen():
        assert known.authenticate(token).user_id == "anna"
        remembered = dict(known._remembered)
        clock.advance(21_000)
        assert [until < clock.now_ms() for _, until in remembered.values()] == [True]


def test_a_removed_account_is_forgotten_after_half_a_minute() -> None:
    accounts = {"worker": WORKER}
    known = Identities(SETTINGS, lambda user_id, password: accounts[user_id])
    with clock.frozen():
        assert known.authenticate(basic("worker:x")) == WORKER
        accounts.clear()
        clock.advance(29_999)
        assert known.authenticate(basic("worker:x")) == WORKER
        clock.advance(1)
        with pytest.raises(KeyError):
            known.authenticate(basic("worker:x"))


def test_managing_instances_includes_working_and_nothing_else() -> None:
    manager = Identity("anna", frozenset({"can_manage_process_instances"}))
    assert {claim for claim in ALL_CLAIMS if manager.may(claim)} == {
        "can_manage_process_instances",
        "can_access_external_tasks",
    }
    with pytest.raises(Forbidden):
        manager.require("can_administer")


def test_topics_are_glob_patterns_with_respect_for_case() -> None:
    worker = Identity("anna", topics=("order.*", "Ship"))
    assert [worker.covers(topic) for topic in ("order.reserve", "Ship", "ship", "reorder.x")] == [
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(TopicForbidden):
        worker.require_topic("ship")

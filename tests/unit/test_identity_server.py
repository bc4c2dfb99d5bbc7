"""Tokens of an OpenID Connect issuer, and claims that an identity server grants when asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import jwt
import pytest
from flask import Flask

import config
from app import clock
from app.api.components import EXTENSION
from app.errors import Forbidden, Unauthenticated
from app.identity import Identity, remote
from app.identity.identities import Identities
from app.identity.oidc import KEPT_MS, PAUSE_MS
from app.identity.remote import IdentityServerSilent
from config.checks import warnings
from tests.unit.identity_server import IdentityServer, dripping_server, identity_server

WORK = "can_access_external_tasks"


@pytest.fixture
def server() -> Iterator[IdentityServer]:
    with identity_server() as running:
        yield running


def identities(server: IdentityServer, **settings: Any) -> Identities:
    plain = config.load({"ERRAND_CONFIG": "testing"})
    changed = replace(plain, jwt_secret=None, **{"oidc_issuer": server.url, **settings})
    return Identities(changed, lambda user_id, password: Identity(user_id))


def prove(known: Identities, token: str) -> Identity:
    return known.authenticate(f"Bearer {token}")


def test_a_token_of_the_issuer_is_verified_with_its_published_key(server: IdentityServer) -> None:
    identity = prove(identities(server), server.token(WORK, topics=["a*"]))
    assert identity == Identity("ada", frozenset({WORK}), ("a*",))


def test_the_keys_are_fetched_once_for_many_tokens(server: IdentityServer) -> None:
    known = identities(server)
    for number in range(3):
        prove(known, server.token(sub=str(number)))
    assert server.asked == ["/.well-known/openid-configuration", "/keys"]


def test_a_rotated_key_is_found_and_a_withdrawn_one_is_refused(server: IdentityServer) -> None:
    with clock.frozen():
        known = identities(server)
        old = server.token(sub="old")
        prove(known, server.token())
        server.rotate("second")
        clock.advance(PAUSE_MS + 1)
        assert prove(known, server.token()).user_id == "ada"
        with pytest.raises(Unauthenticated):
            prove(known, old)


def test_unknown_keys_are_not_looked_for_again_and_again(server: IdentityServer) -> None:
    with clock.frozen():
        known = identities(server)
        for number in range(5):
            with pytest.raises(Unauthenticated):
                prove(known, server.token(key=f"forged-{number}"))
        assert len(server.asked) == 2


def test_known_keys_serve_while_the_issuer_is_silent(server: IdentityServer) -> None:
    with clock.frozen():
        known = identities(server)
        prove(known, server.token())
        server.broken = 500
        clock.advance(KEPT_MS + 1)
        token = server.token(sub="later", exp=int(time.time()) + 3600)
        assert prove(known, token).user_id == "later"


def test_a_silent_issuer_without_known_keys_is_no_verdict_and_is_not_asked_in_a_flood(server: IdentityServer) -> None:
    with clock.frozen():
        server.broken = 503
        known = identities(server)
        for _ in range(3):
            with pytest.raises(IdentityServerSilent):
                prove(known, server.token())
        assert len(server.asked) == 1
        server.broken = None
        clock.advance(PAUSE_MS + 1)
        assert prove(known, server.token()).user_id == "ada"


def test_a_dripping_issuer_is_silent_after_the_deadline_and_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "TIMEOUT_S", 0.3)
    with dripping_server() as url, ThreadPoolExecutor(8) as threads:
        plain = config.load({"ERRAND_CONFIG": "testing"})
        known = Identities(replace(plain, oidc_issuer=url), lambda user_id, password: Identity(user_id))
        began = time.monotonic()
        tokens = [jwt.encode({"iss": url, "sub": str(number)}, "x" * 32) for number in range(8)]
        failures = [threads.submit(prove, known, token).exception(timeout=10) for token in tokens]
        assert {type(failure) for failure in failures} == {IdentityServerSilent}
        assert time.monotonic() - began < 5


def test_whoever_knows_its_key_does_not_wait_for_the_others(server: IdentityServer) -> None:
    with clock.frozen(), ThreadPoolExecutor(1) as threads:
        known = identities(server)
        prove(known, server.token())
        clock.advance(PAUSE_MS + 1)
        with server.holding():
            forged = threads.submit(prove, known, server.token(key="forged"))
            server.wait_until_held()
            assert prove(known, server.token(sub="other")).user_id == "other"
        assert isinstance(forged.exception(timeout=10), Unauthenticated)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://localhost/keys", "http:///keys", "http://h:99999/"])
def test_no_other_address_is_asked_for_keys(server: IdentityServer, address: str) -> None:
    server.jwks_uri = address
    with pytest.raises(IdentityServerSilent):
        prove(identities(server), server.token())


@pytest.mark.parametrize(
    ("path", "status"),
    [("/engine-rest/task", 503), ("/atlas_engine/api/v1/process_definitions", 503), ("/api/v1/topics", 503)],
)
def test_a_silent_issuer_is_answered_by_503_in_every_dialect(
    app: Flask, server: IdentityServer, path: str, status: int
) -> None:
    server.broken = 500
    components = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(components, identities=identities(server))
    response = app.test_client().get(path, headers={"Authorization": f"Bearer {server.token(WORK)}"})
    assert (response.status_code, response.headers["Retry-After"]) == (status, "5")


def test_a_server_says_that_it_takes_tokens_meant_for_others() -> None:
    settings = {"ERRAND_CONFIG": "testing", "ERRAND_OIDC_ISSUER": "https://login.example.com"}
    assert "issued for another service" in warnings(config.load(settings))[0]
    assert warnings(config.load({**settings, "ERRAND_JWT_AUDIENCE": "errand"})) == []


@pytest.mark.parametrize(
    "members", [{"iss": "http://elsewhere"}, {"exp": 1}, {"sub": None}, {"nbf": 2**40}, {"exp": None}]
)
def test_a_token_that_is_not_right_is_refused(server: IdentityServer, members: dict[str, Any]) -> None:
    payload = {"iss": server.url, "sub": "ada", "exp": int(time.time()) + 600, **members}
    present = {name: value for name, value in payload.items() if value is not None}
    token = jwt.encode(present, server.keys["first"], algorithm="RS256", headers={"kid": "first"})
    with pytest.raises(Unauthenticated):
        prove(identities(server), token)


def test_the_public_key_is_never_taken_as_a_shared_secret(server: IdentityServer) -> None:
    payload = {"iss": server.url, "sub": "ada", "exp": int(time.time()) + 600, WORK: True}
    for algorithm, secret in (("HS256", "x" * 64), ("none", "")):
        token = jwt.encode(payload, secret, algorithm=algorithm, headers={"kid": "first"})
        with pytest.raises(Unauthenticated):
            prove(identities(server), token)


def test_an_audience_is_demanded_where_one_is_configured(server: IdentityServer) -> None:
    known = identities(server, jwt_audience="errand")
    assert prove(known, server.token(aud="errand")).user_id == "ada"
    with pytest.raises(Unauthenticated):
        prove(known, server.token(aud="other"))


def test_claims_are_asked_for_and_those_of_the_token_do_not_count(server: IdentityServer) -> None:
    known = identities(server, claim_check_url=f"{server.url}/claims/ensure")
    identity = prove(known, server.token(WORK))
    with pytest.raises(Forbidden):
        identity.require(WORK)
    server.granted = {"can_manage_process_instances"}
    prove(known, server.token(sub="other")).require(WORK)
    assert "/claims/ensure/can_access_external_tasks" in server.asked


def test_an_answer_is_remembered_for_five_minutes_yes_or_no(server: IdentityServer) -> None:
    with clock.frozen():
        known = identities(server, claim_check_url=server.url)
        token = server.token(exp=int(time.time()) + 3600)
        server.granted = {WORK}
        assert prove(known, token).may(WORK)
        server.granted = set()
        assert prove(known, token).may(WORK)
        clock.advance(300_001)
        assert not prove(known, token).may(WORK)


def test_a_claim_that_cannot_be_asked_for_is_neither_granted_nor_refused(server: IdentityServer) -> None:
    known = identities(server, claim_check_url=server.url)
    identity = prove(known, server.token())
    server.broken = 500
    with pytest.raises(IdentityServerSilent, match="it answered 500"):
        identity.require(WORK)


def test_a_redirect_is_not_followed_with_the_callers_token(server: IdentityServer) -> None:
    known = identities(server, claim_check_url=server.url)
    identity = prove(known, server.token())
    server.broken = 302
    with pytest.raises(IdentityServerSilent):
        identity.may(WORK)

"""Worker accounts: who may manage them, and whom they admit."""

from __future__ import annotations

import pytest

from app.database.database import Database
from app.errors import Forbidden, InvalidInput, NotFound, Unauthenticated
from app.identity import ACCESS_EXTERNAL_TASKS, ADMINISTER, Identity
from app.models import WorkerAccount
from app.services.accounts import WorkerAccounts

ADMIN = Identity("admin", frozenset({ADMINISTER}))
PASSWORD = "correct horse battery"


def test_the_right_password_proves_the_account(database: Database) -> None:
    accounts = WorkerAccounts(database)
    accounts.add(ADMIN, "w1", PASSWORD, topics=["orders*"])
    expected = Identity("w1", frozenset({ACCESS_EXTERNAL_TASKS}), ("orders*",))
    assert accounts.verify("w1", PASSWORD) == expected
    assert accounts.list(ADMIN) == [expected]


@pytest.mark.parametrize(
    ("user_id", "password"), [("w1", "wrong"), ("w2", PASSWORD), ("w1", ""), ("w1\x00", PASSWORD), ("w1", "x" * 5000)]
)
def test_everything_else_proves_nothing(database: Database, user_id: str, password: str) -> None:
    accounts = WorkerAccounts(database)
    accounts.add(ADMIN, "w1", PASSWORD)
    with pytest.raises(Unauthenticated, match=r"^The user or the password is wrong\.$"):
        accounts.verify(user_id, password)


def test_a_second_account_of_that_name_replaces_the_first(database: Database) -> None:
    accounts = WorkerAccounts(database)
    accounts.add(ADMIN, "w1", PASSWORD)
    accounts.add(ADMIN, "w1", "another long password", claims=[ADMINISTER])
    assert accounts.verify("w1", "another long password") == Identity("w1", frozenset({ADMINISTER}))
    with pytest.raises(Unauthenticated):
        accounts.verify("w1", PASSWORD)


def test_a_removed_account_proves_nothing(database: Database) -> None:
    accounts = WorkerAccounts(database)
    accounts.add(ADMIN, "w1", PASSWORD)
    accounts.remove(ADMIN, "w1")
    with pytest.raises(Unauthenticated):
        accounts.verify("w1", PASSWORD)
    with pytest.raises(NotFound):
        accounts.remove(ADMIN, "w1")


def test_no_password_is_stored(database: Database) -> None:
    WorkerAccounts(database).add(ADMIN, "w1", PASSWORD)
    row = database.read(lambda: WorkerAccount.get_by_id("w1"))
    assert row.password_hash.startswith("$argon2id$")
    assert PASSWORD not in str(row.__data__)


def test_only_an_administrator_manages_accounts(database: Database) -> None:
    accounts = WorkerAccounts(database)
    somebody = Identity("somebody", frozenset({ACCESS_EXTERNAL_TASKS}))
    for attempt in (
        lambda: accounts.add(somebody, "w1", PASSWORD),
        lambda: accounts.list(somebody),
        lambda: accounts.remove(somebody, "w1"),
    ):
        with pytest.raises(Forbidden):
            attempt()


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"user_id": " "}, "user_id"),
        ({"user_id": "a:b"}, "user_id"),
        ({"password": "short"}, "password"),
        ({"claims": ["fly"]}, "claims"),
    ],
)
def test_impossible_accounts_are_refused(database: Database, arguments: dict, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        WorkerAccounts(database).add(ADMIN, **{"user_id": "w1", "password": PASSWORD, **arguments})
    assert refused.value.field == field

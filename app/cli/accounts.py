"""Commands about the accounts of workers that can only send HTTP Basic."""

from __future__ import annotations

import click

from app.cli.settings import load_settings, migrated_database
from app.errors import ErrandError
from app.identity import ACCESS_EXTERNAL_TASKS, ALL_CLAIMS, Identity
from app.services.accounts import WorkerAccounts

OPERATOR = Identity("errand account", ALL_CLAIMS)


@click.group()
def account() -> None:
    """Manage the accounts of workers that can only send HTTP Basic."""


@account.command("add")
@click.argument("name")
@click.option(
    "--claim",
    "claims",
    multiple=True,
    type=click.Choice(sorted(ALL_CLAIMS)),
    default=(ACCESS_EXTERNAL_TASKS,),
    show_default=True,
    help="What the account opens; may be repeated.",
)
@click.option("--topics", help="Patterns of the topics it is limited to, comma-separated.")
@click.password_option(help="Asked for when absent; a password on the command line is seen by everybody.")
def add(name: str, claims: tuple[str, ...], topics: str | None, password: str) -> None:
    """Add an account, or replace the one of that name."""
    patterns = None if topics is None else tuple(part.strip() for part in topics.split(",") if part.strip())
    with migrated_database(load_settings()) as database:
        try:
            WorkerAccounts(database).add(OPERATOR, name, password, claims=claims, topics=patterns)
        except ErrandError as error:
            raise click.ClickException(error.message) from None
    click.echo(f"Added {name}.")


@account.command("list")
def list_accounts() -> None:
    """List the accounts with their claims and topics."""
    with migrated_database(load_settings()) as database:
        for found in WorkerAccounts(database).list(OPERATOR):
            topics = "all topics" if found.topics is None else ", ".join(found.topics)
            click.echo(f"{found.user_id}: {', '.join(sorted(found.claims))}; {topics}")


@account.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Remove an account; a running server refuses it within 30 seconds."""
    with migrated_database(load_settings()) as database:
        try:
            WorkerAccounts(database).remove(OPERATOR, name)
        except ErrandError as error:
            raise click.ClickException(error.message) from None
    click.echo(f"Removed {name}.")

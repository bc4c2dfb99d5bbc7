"""The command `token`: a bearer token that this server accepts."""

from __future__ import annotations

import re
from pathlib import Path

import click

from app.cli.settings import load_settings
from app.identity import ACCESS_EXTERNAL_TASKS, ALL_CLAIMS
from app.identity.bearer_tokens import sign

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(context: click.Context, parameter: click.Parameter, text: str) -> int:
    """Return the seconds of a duration such as 90s, 15m, 8h or 30d. Raises BadParameter."""
    found = re.fullmatch(r"(\d{1,9})([smhd])", text)
    if found is None:
        raise click.BadParameter(f"'{text}' is no duration; write 90s, 15m, 8h or 30d.")
    return int(found[1]) * SECONDS[found[2]]


@click.command()
@click.option("--subject", required=True, help="Whom the token speaks for.")
@click.option(
    "--claim",
    "claims",
    multiple=True,
    type=click.Choice(sorted(ALL_CLAIMS)),
    default=(ACCESS_EXTERNAL_TASKS,),
    show_default=True,
    help="What the token opens; may be repeated.",
)
@click.option("--topics", help="Patterns of the topics it is limited to, comma-separated: 'order.*,ship'.")
@click.option(
    "--expires", callback=seconds, metavar="DURATION", default="8h", show_default=True, help="How long it is valid."
)
@click.option(
    "--private-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="PEM file, for RS256 and ES256."
)
def token(subject: str, claims: tuple[str, ...], topics: str | None, expires: int, private_key: Path | None) -> None:
    """Print a bearer token, signed with the configured key."""
    settings = load_settings()
    if settings.jwt_algorithm != "HS256" and private_key is None:
        raise click.ClickException(f"{settings.jwt_algorithm} signs with a private key: give --private-key FILE.")
    click.echo(
        sign(
            settings,
            subject=subject,
            claims=claims,
            topics=None if topics is None else tuple(part.strip() for part in topics.split(",") if part.strip()),
            lifetime_s=expires,
            private_key=private_key.read_text(encoding="utf-8") if private_key else None,
        )
    )

"""Commands about BPMN and DMN files: `deploy` them, or let the `doctor` say what would not run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app import make_components
from app.cli.settings import load_settings, migrated_database
from app.doctor import markdown, report
from app.errors import ErrandError, ModelRefused, Problem
from app.identity import ALL_CLAIMS, Identity

OPERATOR = Identity("errand deploy", ALL_CLAIMS)
"""Who holds the database holds everything."""

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=EXISTING_FILE)
@click.option("--name", default="errand deploy", show_default=True, help="Name of the deployment.")
@click.option("--tenant", help="Tenant that the processes belong to.")
def deploy(files: tuple[Path, ...], name: str, tenant: str | None) -> None:
    """Deploy BPMN and DMN files as one deployment, straight into the database; nothing happens if none has changed."""
    settings = load_settings()
    resources = [(path.name, path.read_bytes()) for path in files]
    with migrated_database(settings) as database:
        try:
            result = make_components(settings, database).deployments.deploy(
                OPERATOR, name, resources, source="errand deploy", tenant_id=tenant, duplicate_filtering=True
            )
        except ModelRefused as error:
            for problem in error.problems:
                click.echo(f"{error.resource or ''}:{_said(problem)}", err=True)
            raise click.ClickException("Nothing was deployed.") from None
        except ErrandError as error:
            raise click.ClickException(error.message) from None
    for warning in result.warnings:
        click.echo(f"Warning: {_said(warning)}", err=True)
    definitions: list[Any] = [*result.definitions, *result.decisions]
    for definition in definitions:
        click.echo(f"{definition.key} version {definition.version}: {definition.id}")
    if result.duplicate:
        click.echo("Nothing has changed since the last deployment.")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--markdown", "as_markdown", is_flag=True, help="Print a table in Markdown instead of lines.")
@click.pass_context
def doctor(context: click.Context, paths: tuple[Path, ...], as_markdown: bool) -> None:
    """Read BPMN and DMN files, or folders of them, and say what runs here, what does not, and why. Changes nothing."""
    rows = report(paths)
    click.echo(markdown(rows) if as_markdown else "\n".join(row.text for row in rows), nl=not as_markdown)
    context.exit(0 if rows and all(row.runs for row in rows) else 1)


def _said(problem: Problem) -> str:
    place = f"{problem.line}: " if problem.line else " "
    return f"{place}{problem.element_id + ': ' if problem.element_id else ''}{problem.message}"

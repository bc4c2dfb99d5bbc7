"""Deploy model files, and delete a process with all its versions: the way of the 5Minds studios."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.bpmn.parser import parse
from app.bpmn.parsing.forms import definitions_id
from app.database.database import Database
from app.errors import Conflict, DefinitionNotFound, ErrandError, InvalidInput
from app.identity import WRITE_PROCESS_MODEL, Identity
from app.models.process_definition import ProcessDefinition
from app.queries.deployments import resource_named
from app.queries.process_definitions import PROCESS_DEFINITIONS
from app.services.deployments.service import DeploymentResult, Deployments

SOURCE = "process-engine.io"
_DECLARED_ENCODING = re.compile(r"""(\A<\?xml[^>]{0,100}encoding=["'])[A-Za-z0-9._-]{1,40}(["'])""")
"""A text that came as JSON is UTF-8, whatever its first line still says."""


class ModelUploads:
    """Deploys and deletes whole models, by the verbs of Deployments."""

    def __init__(self, deployments: Deployments) -> None:
        self.deployments = deployments
        self.database = deployments.database

    def upload(
        self, identity: Identity, files: Sequence[str], *, name: str | None = None, overwrite: bool = False
    ) -> DeploymentResult | None:
        """Deploy files as new versions of their processes, all or none; None if they are deployed just so already.

        Without `overwrite` a process that exists must not change. A file is called after `name`, else after the id of
        its definitions. Raises Forbidden, ModelRefused, InvalidInput (no executable process), Conflict (it exists).
        """
        identity.require(WRITE_PROCESS_MODEL)
        resources = _named([_content(text) for text in files], name)
        keys = {file_name: _keys_in(file_name, content) for file_name, content in resources}

        def check() -> None:
            _refuse_known(self.database, resources, keys, overwrite)

        try:
            self.database.read(check)
            return self.deployments.deploy_if(identity, check, resources[0][0], resources, source=SOURCE)
        except _DeployedAlready:
            return None

    def delete(self, identity: Identity, key: str, cascade: bool = False) -> None:
        """Delete the deployments of all versions of a process, all or none.

        Raises Forbidden, DefinitionNotFound, Refused.
        """
        self.deployments.delete_many(identity, _DeploymentsOf(key), cascade)


class _DeployedAlready(ErrandError):
    """Every file is deployed just so: there is nothing to do."""

    def __init__(self) -> None:
        super().__init__("The files are deployed already.")


@dataclass(frozen=True, slots=True)
class _DeploymentsOf:
    """The deployments of all versions of a process without a tenant."""

    key: str

    def ids(self, database: Database) -> list[str]:
        """Return their ids. Raises DefinitionNotFound."""
        rows = PROCESS_DEFINITIONS.find(database, {"key": self.key, "without_tenant": True})
        if not rows:
            raise DefinitionNotFound(self.key)
        return sorted({row.deployment_id for row in rows})


def _refuse_known(
    database: Database, resources: Sequence[tuple[str, bytes]], keys: Mapping[str, Sequence[str]], overwrite: bool
) -> None:
    """Raise _DeployedAlready if all is deployed just so; without `overwrite` Conflict if something else is."""
    existing = [row for name, content in resources for row in _existing(database, keys[name], content)]
    changed = [row for row, same in existing if not same]
    if existing and not changed and all(_is_known(existing, name) for name, _ in resources):
        raise _DeployedAlready
    if changed and not overwrite:
        raise Conflict(f"Process definition with the name '{changed[0].key}' already exists.")


def _named(contents: Sequence[bytes], name: str | None) -> list[tuple[str, bytes]]:
    resources: dict[str, bytes] = {}
    for number, content in enumerate(contents):
        base = name or definitions_id(content)
        resources[f"{base}-{number}.bpmn" if f"{base}.bpmn" in resources else f"{base}.bpmn"] = content
    return list(resources.items())


def _content(text: str) -> bytes:
    return _DECLARED_ENCODING.sub(r"\1UTF-8\2", text.lstrip("\ufeff"), count=1).encode()


def _keys_in(file_name: str, content: bytes) -> list[str]:
    """Return the keys of the processes in a file. Raises ModelRefused, InvalidInput."""
    keys = [process.key for process in parse(content, resource=file_name).processes]
    if not keys:
        raise InvalidInput("The model holds no executable process.", field="xml", rule="required")
    return keys


def _existing(database: Database, keys: Sequence[str], content: bytes) -> list[tuple[ProcessDefinition, bool]]:
    """Return the deployed latest versions of some processes, each with whether its file has this content."""
    rows = PROCESS_DEFINITIONS.find(database, {"keys": keys, "latest": True, "without_tenant": True})
    return [(row, _file_of(database, row) == content) for row in rows]


def _file_of(database: Database, row: ProcessDefinition) -> bytes:
    return bytes(resource_named(database, row.deployment_id, row.resource_name).content)


def _is_known(existing: Sequence[tuple[ProcessDefinition, bool]], file_name: str) -> bool:
    return any(row.resource_name == file_name for row, _ in existing)

"""Deploy one model file, and delete a process with all its versions: the way of the 5Minds studios."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.bpmn.parser import parse
from app.engine.deployments import DeploymentResult
from app.errors import Conflict, DefinitionNotFound, InvalidInput
from app.identity import Identity
from app.services.queries.process_definitions import PROCESS_DEFINITIONS

if TYPE_CHECKING:
    from app.engine.process_engine import ProcessEngine

_DECLARED_ENCODING = re.compile(r"""(\A<\?xml[^>]{0,100}encoding=["'])[A-Za-z0-9._-]{1,40}(["'])""")
"""A text that came as JSON is UTF-8, whatever its first line still says."""


def upload_model(
    engine: ProcessEngine, identity: Identity, file_name: str, xml: str, overwrite: bool
) -> DeploymentResult:
    """Deploy a file as new versions of its processes; without `overwrite` none of them may exist.

    Raises Forbidden, ModelRefused, InvalidInput (no executable process), Conflict (it exists).
    """
    content = _DECLARED_ENCODING.sub(r"\1UTF-8\2", xml.lstrip("\ufeff"), count=1).encode()
    keys = [process.key for process in parse(content, resource=file_name).processes]
    if not keys:
        raise InvalidInput("The model holds no executable process.", field="xml", rule="required")
    existing = PROCESS_DEFINITIONS.find(engine.database, {"keys": keys, "latest": True, "without_tenant": True})
    if existing and not overwrite:
        raise Conflict(f"Process definition with the name '{existing[0].key}' already exists.")
    return engine.deployments.deploy(identity, file_name, [(file_name, content)], source="process-engine.io")


def delete_model(engine: ProcessEngine, identity: Identity, key: str, cascade: bool = False) -> None:
    """Delete the deployments of all versions of a process. Raises Forbidden, DefinitionNotFound, Refused."""
    rows = PROCESS_DEFINITIONS.find(engine.database, {"key": key, "without_tenant": True})
    if not rows:
        raise DefinitionNotFound(key)
    for deployment_id in sorted({row.deployment_id for row in rows}):
        engine.deployments.delete(identity, deployment_id, cascade)

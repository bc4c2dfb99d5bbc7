"""The scripts of this server's models: who evaluates them, and what a model is read with."""

from __future__ import annotations

from collections.abc import Mapping

from app.bpmn.scripts import ScriptEngine
from app.bpmn.surroundings import Surroundings, no_script
from app.scripting import JavaScript
from config import Settings


def script_engine(settings: Settings) -> ScriptEngine | None:
    """Return what evaluates scripts, None on a server that runs none. Nothing is started before the first script."""
    return JavaScript() if settings.scripts == "javascript" else None


def surroundings(engine: ScriptEngine | None, files: Mapping[str, bytes]) -> Surroundings:
    """Return what a model to be deployed is read with, beside the other files of its deployment."""
    return Surroundings(files, no_script if engine is None else engine.problem)

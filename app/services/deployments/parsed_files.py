"""What the files of a deployment define: processes and decisions, each key once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.bpmn.graph import Process
from app.bpmn.limits import Limits
from app.bpmn.parser import parse as parse_processes
from app.bpmn.surroundings import Surroundings
from app.dmn.graph import DecisionRequirements
from app.dmn.parser import parse as parse_decisions
from app.errors import ModelRefused, Problem
from app.services.deployments.resources import Resource, is_decision_model, is_model


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The processes or the decisions of one file, and what has no effect in it."""

    processes: tuple[Process, ...] = ()
    decisions: DecisionRequirements | None = None
    warnings: tuple[Problem, ...] = ()

    @property
    def keys(self) -> list[tuple[str, str]]:
        """What it defines: (`process` or `decision`, key)."""
        decisions = () if self.decisions is None else self.decisions.decisions
        processes = [("process", process.key) for process in self.processes]
        return processes + [("decision", decision.key) for decision in decisions]


def parse_files(resources: Sequence[Resource], limits: Limits, surroundings: Surroundings) -> dict[str, ParsedFile]:
    """Return what each file defines, by its name; other files define nothing. Raises ModelRefused."""
    parsed: dict[str, ParsedFile] = {}
    owners: dict[tuple[str, str], str] = {}
    for resource in resources:
        file = _parse(resource, limits, surroundings)
        if file is None:
            continue
        for kind, key in file.keys:
            if (kind, key) in owners:
                raise _same_key(kind, key, resource.name, owners[kind, key])
            owners[kind, key] = resource.name
        parsed[resource.name] = file
    return parsed


def _parse(resource: Resource, limits: Limits, surroundings: Surroundings) -> ParsedFile | None:
    if is_model(resource.name):
        model = parse_processes(resource.content, resource=resource.name, limits=limits, surroundings=surroundings)
        return ParsedFile(model.processes, warnings=model.warnings)
    if is_decision_model(resource.name):
        decisions = parse_decisions(resource.content, resource=resource.name, limits=limits)
        return ParsedFile(decisions=decisions, warnings=decisions.warnings)
    return None


def _same_key(kind: str, key: str, resource_name: str, other: str) -> ModelRefused:
    text = f"The deployment contains definitions with the same key '{key}' (in '{other}' and '{resource_name}')."
    return ModelRefused([Problem(text, element_id=key, construct=kind)], resource=resource_name)

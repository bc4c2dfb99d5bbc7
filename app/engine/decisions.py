"""Decision definitions as the engine needs them: a file is parsed once, cached by the ids of its decisions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import peewee

from app.bpmn.decisions import CalledDecision, DecisionAnswer, DecisionMapping
from app.bpmn.values import Variable, to_python
from app.database.database import Database
from app.database.statements import P, Statement
from app.dmn.context import DecisionContext
from app.dmn.evaluation import evaluate
from app.dmn.graph import Decision
from app.dmn.parser import parse
from app.dmn.results import DecisionResult
from app.dmn.variables import result_variable
from app.engine.definitions import DefinitionCache
from app.errors import EngineFailed, NotFound
from app.models import DecisionDefinition, DeploymentResource
from app.records.decision_instances import DecisionFacts, DecisionRecord

CACHED_DECISIONS = 500
KIND = "decision definition"

_FILE = Statement(
    DeploymentResource.select(
        DecisionDefinition.deployment_id, DecisionDefinition.resource_name, DeploymentResource.content
    )
    .join(
        DecisionDefinition,
        on=(
            (DeploymentResource.deployment_id == DecisionDefinition.deployment_id)
            & (DeploymentResource.name == DecisionDefinition.resource_name)
        ),
    )
    .where(DecisionDefinition.id == P("id"))
)
_OF_FILE = Statement(
    DecisionDefinition.select(
        DecisionDefinition.id,
        DecisionDefinition.key,
        DecisionDefinition.name,
        DecisionDefinition.requirements_id,
        DecisionDefinition.requirements_key,
    ).where(
        DecisionDefinition.deployment_id == P("deployment_id"), DecisionDefinition.resource_name == P("resource_name")
    )
)


@dataclass(frozen=True, slots=True)
class DeployedDecision:
    """One version of a decision: its tables, and what the history repeats of all decisions of its file, by key."""

    decision: Decision
    facts: Mapping[str, DecisionFacts]


class PlainValues(Mapping[str, Any]):
    """The plain values of variables, each made when it is first asked for."""

    def __init__(self, variables: Mapping[str, Variable]) -> None:
        self._variables = variables
        self._plain: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._plain:
            self._plain[name] = to_python(self._variables[name])
        return self._plain[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


class DecisionCache:
    """Find and evaluate decisions; the tables of those loaded last are kept, shared by threads.

    Which version is the latest is asked of the database every time: another process may have changed it.
    """

    def __init__(self, database: Database, definitions: DefinitionCache, size: int = CACHED_DECISIONS) -> None:
        self.database = database
        self._definitions = definitions
        self._size = size
        self._entries: dict[str, DeployedDecision] = {}
        self._guard = threading.Lock()

    def get(self, definition_id: str) -> DeployedDecision:
        """Return a decision by the id of its definition. Raises NotFound."""
        return self._entries.get(definition_id) or self._load(definition_id)

    def forget(self, definition_ids: list[str]) -> None:
        """Drop decisions that are deleted."""
        with self._guard:
            for definition_id in definition_ids:
                self._entries.pop(definition_id, None)

    def evaluate(
        self,
        decision: CalledDecision,
        variables: Mapping[str, Variable],
        now_ms: int,
        out_of_time: Callable[[], bool],
    ) -> DecisionAnswer:
        """Evaluate what a business rule task asks, with the variables that it sees.

        Without a tenant of its own it looks within that of its process. Raises EngineFailed, StepLimitReached.
        """
        deployed = self.get(self._called(decision))
        context = DecisionContext(now_ms, out_of_time=out_of_time)
        record = self.record(deployed, variables, context)
        result = record.evaluation.result
        return DecisionAnswer(result.result_list(), lambda mapping: _mapped(result, mapping), record)

    def record(
        self, deployed: DeployedDecision, variables: Mapping[str, Variable], context: DecisionContext
    ) -> DecisionRecord:
        """Evaluate a decision. Raises EngineFailed, StepLimitReached."""
        return DecisionRecord(evaluate(deployed.decision, PlainValues(variables), context), deployed.facts)

    def _load(self, definition_id: str) -> DeployedDecision:
        found = self.database.read(lambda: _FILE.one(self.database, id=definition_id))
        if found is None:
            raise NotFound(definition_id, kind=KIND)
        deployment_id, resource_name, content = found
        place = {"deployment_id": deployment_id, "resource_name": resource_name}
        rows = self.database.read(lambda: _OF_FILE.all(self.database, **place))
        facts = {row[1]: DecisionFacts(*row) for row in rows}
        decisions = {decision.key: decision for decision in parse(bytes(content)).decisions}
        with self._guard:
            for key, one in facts.items():
                self._entries[one.id] = DeployedDecision(decisions[key], facts)
            while len(self._entries) > max(self._size, len(facts)):
                del self._entries[next(iter(self._entries))]
            return self._entries[definition_id]

    def _called(self, called: CalledDecision) -> str:
        caller = self._definitions.definition(called.caller_definition_id) if called.caller_definition_id else None
        tenant_id = called.tenant_id or (caller.tenant_id if caller else None)
        deployment_id = caller.deployment_id if caller else None
        found = list(_bound(called, tenant_id, deployment_id).bind(self.database).limit(2))
        if not found:
            raise EngineFailed(f"{_not_deployed(called, tenant_id, deployment_id)}: decisionDefinition is null")
        if called.binding == "versionTag" and len(found) > 1:
            text = f"key '{called.key}' and versionTag '{called.version_tag}'"
            raise EngineFailed(f"ENGINE-03085 Found more than one decision definition for {text}")
        return str(found[0].id)


def _bound(called: CalledDecision, tenant_id: str | None, deployment_id: str | None) -> Any:
    """Return the query of the definitions that a binding means, the latest first."""
    query = DecisionDefinition.select(DecisionDefinition.id).where(DecisionDefinition.key == called.key)
    query = query.order_by(DecisionDefinition.version.desc())
    if called.binding == "deployment":
        return query.where(DecisionDefinition.deployment_id == deployment_id)
    query = query.where(peewee.fn.COALESCE(DecisionDefinition.tenant_id, peewee.SQL("''")) == (tenant_id or ""))
    if called.binding == "version":
        return query.where(DecisionDefinition.version == called.version)
    if called.binding == "versionTag":
        return query.where(DecisionDefinition.version_tag == called.version_tag)
    return query


def _not_deployed(called: CalledDecision, tenant_id: str | None, deployment_id: str | None) -> str:
    tenant = f"tenant-id '{tenant_id or 'null'}'"
    bound = {
        "latest": f"key '{called.key}' and {tenant}",
        "version": f"key = '{called.key}', version = '{called.version}' and {tenant}",
        "versionTag": f"key = '{called.key}', versionTag = '{called.version_tag}' and {tenant}",
        "deployment": f"key = '{called.key}' in deployment = '{deployment_id}'",
    }[called.binding]
    return f"no decision definition deployed with {bound}"


def _mapped(result: DecisionResult, mapping: DecisionMapping) -> Variable:
    return result_variable(result.mapped(mapping).value, collected=mapping == "collectEntries")

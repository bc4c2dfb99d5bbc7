"""Deploy models and delete deployments: each one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import peewee

from app import clock
from app.bpmn.graph import Process
from app.bpmn.limits import KEY_LENGTH, Limits
from app.engine.definitions import Definition, calls_others, versions
from app.engine.process_engine import ProcessEngine
from app.engine.scripts import surroundings
from app.engine.start_events import StartEvents
from app.errors import Conflict, InvalidInput, Problem
from app.identity import WRITE_PROCESS_MODEL, Identity
from app.ids import new_id, versioned_id
from app.models import (
    DecisionDefinition,
    DecisionRequirementsDefinition,
    Deployment,
    DeploymentResource,
    ProcessDefinition,
)
from app.queries.deployments import DEPLOYMENTS
from app.queries.selection import Chosen, ids_of
from app.services.deployments.decisions import define_decisions
from app.services.deployments.history_ttl import days_of
from app.services.deployments.parsed_files import ParsedFile, parse_files
from app.services.deployments.removal import remove_definition, remove_deployments
from app.services.deployments.resources import Resource, checked, chosen_files, unchanged
from app.services.jobs.planned_suspensions import PlannedSuspensions
from app.services.process_instances.suspension import Suspension

ATTEMPTS = 5


@dataclass(slots=True)
class DeploymentResult:
    """What a deployment made. `duplicate`: nothing; `deployment` is the earlier one with the same content."""

    deployment: Deployment
    definitions: list[ProcessDefinition] = field(default_factory=list)
    decisions: list[DecisionDefinition] = field(default_factory=list)
    requirements: list[DecisionRequirementsDefinition] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """One request to deploy: the new deployment's attributes and its files."""

    name: str | None
    source: str | None
    tenant_id: str | None
    resources: tuple[Resource, ...]
    filtering: bool = False
    changed_only: bool = False
    activation_at: int | None = None


class Deployments:
    """Add definitions of processes and decisions, and take them away."""

    def __init__(self, engine: ProcessEngine, suspension: Suspension, planned_suspensions: PlannedSuspensions) -> None:
        self.engine = engine
        self.database = engine.database
        self.start_events = StartEvents(engine.database, engine.definitions)
        self.suspension = suspension
        self.planned_suspensions = planned_suspensions

    def deploy(
        self,
        identity: Identity,
        name: str | None,
        resources: Sequence[tuple[str, bytes]],
        *,
        source: str | None = None,
        tenant_id: str | None = None,
        duplicate_filtering: bool = False,
        changed_only: bool = False,
        activation_at: int | None = None,
    ) -> DeploymentResult:
        """Store the files and make a new version of every executable process and of every decision in them.

        `duplicate_filtering` answers with the earlier deployment of that name if no file differs from it;
        `changed_only` deploys just the files that differ. Until `activation_at` the definitions are suspended.
        Raises Forbidden, InvalidInput, ModelRefused, Conflict.
        """
        identity.require(WRITE_PROCESS_MODEL)
        _check_tenant(tenant_id)
        filtering = duplicate_filtering or changed_only
        upload = Upload(name, source, tenant_id, checked(resources), filtering, changed_only, activation_at)
        return self._deploy(identity, upload)

    def deploy_if(
        self,
        identity: Identity,
        check: Callable[[], object],
        name: str | None,
        resources: Sequence[tuple[str, bytes]],
        *,
        source: str | None = None,
        tenant_id: str | None = None,
    ) -> DeploymentResult:
        """Deploy files unless `check` raises, which is called within the transaction each time that it is tried.

        Raises as `deploy` does, and what `check` raises.
        """
        identity.require(WRITE_PROCESS_MODEL)
        _check_tenant(tenant_id)
        return self._deploy(identity, Upload(name, source, tenant_id, checked(resources)), check)

    def _deploy(
        self, identity: Identity, upload: Upload, check: Callable[[], object] = lambda: None
    ) -> DeploymentResult:
        limits = Limits(require_history_ttl=self.engine.settings.require_history_ttl)
        around = surroundings(self.engine.scripts, {resource.name: resource.content for resource in upload.resources})
        files = parse_files(upload.resources, limits, around)

        def work() -> DeploymentResult:
            check()
            return self._activated_at(upload.activation_at, identity, self._made(upload, files))

        for _ in range(ATTEMPTS):
            try:
                return self.database.write(work)
            except peewee.IntegrityError:
                continue  # another deployment took the same version number meanwhile
        raise Conflict(f"Other deployments of the same processes got in the way {ATTEMPTS} times.")

    def _activated_at(self, at: int | None, identity: Identity, result: DeploymentResult) -> DeploymentResult:
        if at is None:
            return result
        for definition in result.definitions:
            self.suspension.of_definition(definition.id, True, False)
            definition.suspended = True
            arguments = {"definition_id": definition.id, "suspended": False}
            self.planned_suspensions.plan(identity, "activate-processdefinition", at, arguments, WRITE_PROCESS_MODEL)
        return result

    def redeploy(
        self,
        identity: Identity,
        deployment_id: str,
        *,
        resource_ids: Collection[str] = (),
        resource_names: Collection[str] = (),
        source: str | None = None,
    ) -> DeploymentResult:
        """Deploy files of a deployment again, as a new one of the same name and tenant; all of them if none is named.

        Raises as `deploy` does, NotFound, ResourceNotFound.
        """
        identity.require(WRITE_PROCESS_MODEL)
        before = DEPLOYMENTS.get(self.database, deployment_id)
        files = self.database.read(lambda: chosen_files(deployment_id, resource_ids, resource_names))

        def check() -> Deployment:
            return DEPLOYMENTS.get(self.database, deployment_id)

        return self.deploy_if(identity, check, before.name, files, source=source, tenant_id=before.tenant_id)

    def delete(self, identity: Identity, deployment_id: str, cascade: bool = False) -> None:
        """Delete a deployment and its definitions; the version before the latest gets its start events back.

        With `cascade` their instances and history go too, and what was decided by them; without, history stays, and
        running instances are a reason to refuse. Raises Forbidden, NotFound, Refused.
        """
        self.delete_many(identity, [deployment_id], cascade)

    def delete_many(self, identity: Identity, chosen: Chosen, cascade: bool = False) -> None:
        """Delete deployments as `delete` does, all or none. Raises as `delete` does, and what `chosen` raises."""
        identity.require(WRITE_PROCESS_MODEL)

        def work() -> tuple[list[str], list[str]]:
            return remove_deployments(self.engine, self.start_events, ids_of(chosen, self.database), cascade)

        removed, decisions = self.database.write(work)
        self.engine.definitions.forget(removed)
        self.engine.decisions.forget(decisions)

    def delete_definition(self, identity: Identity, definition_id: str, cascade: bool = False) -> None:
        """Delete one version of a process, in the same way. Raises Forbidden, DefinitionNotFound, Refused."""
        identity.require(WRITE_PROCESS_MODEL)
        self.database.write(lambda: remove_definition(self.engine, self.start_events, definition_id, cascade))
        self.engine.definitions.forget([definition_id])

    def _made(self, upload: Upload, files: Mapping[str, ParsedFile]) -> DeploymentResult:
        resources = upload.resources
        if upload.filtering:
            same, earlier = unchanged(upload.name, upload.source, upload.tenant_id, resources)
            if earlier is not None and len(same) == len(resources):
                return DeploymentResult(earlier, duplicate=True)
            if upload.changed_only:
                resources = tuple(r for r in resources if r.name not in same)
        deployment = self._store(upload, resources)
        result = DeploymentResult(deployment)
        for resource in resources:
            file = files.get(resource.name, ParsedFile())
            result.warnings += file.warnings
            result.definitions += [self._define(deployment, resource.name, process) for process in file.processes]
            if file.decisions is not None:
                requirements, decisions = define_decisions(deployment, resource.name, file.decisions)
                result.decisions += decisions
                result.requirements += [] if requirements is None else [requirements]
        return result

    def _store(self, upload: Upload, resources: Sequence[Resource]) -> Deployment:
        deployment: Deployment = Deployment.create(
            id=new_id(),
            name=upload.name,
            source=upload.source,
            tenant_id=upload.tenant_id,
            deployed_at=clock.now_ms(),
        )
        rows = [
            {"id": new_id(), "deployment_id": deployment.id, "name": resource.name, "content": resource.content}
            for resource in resources
        ]
        DeploymentResource.insert_many(rows).execute()
        return deployment

    def _define(self, deployment: Deployment, resource_name: str, process: Process) -> ProcessDefinition:
        """Make the next version of one process and let its start events take over from the version before."""
        previous = versions(process.key, deployment.tenant_id or "").first()
        version = previous.version + 1 if previous else 1
        row: ProcessDefinition = ProcessDefinition.create(
            id=versioned_id(process.key, version),
            key=process.key,
            version=version,
            name=process.name,
            category=process.category,
            description=process.documentation,
            version_tag=process.version_tag,
            tenant_id=deployment.tenant_id,
            deployment_id=deployment.id,
            resource_name=resource_name,
            history_ttl_days=days_of(process.history_time_to_live),
            startable=process.startable_in_tasklist,
        )
        definition = Definition(
            id=row.id,
            key=row.key,
            version=row.version,
            version_tag=row.version_tag,
            tenant_id=row.tenant_id,
            deployment_id=row.deployment_id,
            process=process,
            calls=calls_others(process),
        )
        self.start_events.take_over(definition, previous)
        self.database.after_commit(lambda: self.engine.definitions.add(definition))
        return row


def _check_tenant(id: str | None) -> None:
    if id is not None and len(id) > KEY_LENGTH:
        text = f"The id of a tenant has {KEY_LENGTH} characters at most."
        raise InvalidInput(text, field="tenant_id", rule="too_long")

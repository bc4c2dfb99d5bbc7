"""Delete a deployment with its definitions, and with or without what ran of them."""

from __future__ import annotations

from collections.abc import Sequence

from app.bpmn.commands import CancelInstance
from app.engine.process_engine import ProcessEngine
from app.engine.start_events import StartEvents
from app.errors import DefinitionNotFound, NotFound, Refused
from app.models import Deployment, DeploymentResource, JobDefinitionChange, ProcessDefinition, ProcessInstance
from app.services.deployments.decisions import remove_decisions
from app.services.history.removal import forget_instances, forget_trees


def remove_deployments(
    engine: ProcessEngine, start_events: StartEvents, deployment_ids: Sequence[str], cascade: bool
) -> tuple[list[str], list[str]]:
    """Within a transaction: delete deployments and return the ids of their process and of their decision definitions.

    Raises NotFound, Refused.
    """
    definitions: list[ProcessDefinition] = []
    for id in deployment_ids:
        if Deployment.get_or_none(Deployment.id == id) is None:
            raise NotFound(id, kind="deployment")
        mine = list(ProcessDefinition.select().where(ProcessDefinition.deployment_id == id))
        if not cascade:
            _refuse_running(f"Deployment '{id}'", mine)
        definitions += mine
    _remove(engine, start_events, definitions, cascade)
    decisions = remove_decisions(deployment_ids, cascade=cascade)
    DeploymentResource.delete().where(DeploymentResource.deployment_id.in_(deployment_ids)).execute()
    Deployment.delete().where(Deployment.id.in_(deployment_ids)).execute()
    return [definition.id for definition in definitions], decisions


def remove_definition(engine: ProcessEngine, start_events: StartEvents, definition_id: str, cascade: bool) -> None:
    """Within a transaction: delete one definition, its deployment stays. Raises DefinitionNotFound, Refused."""
    definition = ProcessDefinition.get_or_none(ProcessDefinition.id == definition_id)
    if definition is None:
        raise DefinitionNotFound(definition_id)
    if not cascade:
        _refuse_running(f"Process definition '{definition_id}'", [definition])
    _remove(engine, start_events, [definition], cascade)


def _remove(
    engine: ProcessEngine, start_events: StartEvents, definitions: list[ProcessDefinition], cascade: bool
) -> None:
    ids = [definition.id for definition in definitions]
    start_events.remove(ids)
    if cascade:
        _forget_all(engine, ids)
    JobDefinitionChange.delete().where(JobDefinitionChange.definition_id.in_(ids)).execute()
    ProcessDefinition.delete().where(ProcessDefinition.id.in_(ids)).execute()
    for key, tenant_id in dict.fromkeys((definition.key, definition.tenant_id) for definition in definitions):
        start_events.restore(key, tenant_id)


def _refuse_running(subject: str, definitions: list[ProcessDefinition]) -> None:
    ids = [definition.id for definition in definitions]
    running = ProcessInstance.definition_id.in_(ids) & ProcessInstance.ended_at.is_null()
    count = ProcessInstance.select().where(running).count()
    if count:
        raise Refused(
            f"{subject} cannot be deleted without cascade: {count} of its process instances are running.",
            running=count,
        )


def _forget_all(engine: ProcessEngine, definition_ids: list[str]) -> None:
    """Forget the trees that began with one of the definitions; called instances of others are cancelled."""
    of_these = ProcessInstance.definition_id.in_(definition_ids)
    instances = list(ProcessInstance.select().where(of_these).order_by(ProcessInstance.root_id, ProcessInstance.id))
    roots = {instance.id for instance in instances if instance.id == instance.root_id}
    forget_trees(engine.database, list(roots))
    called = [instance for instance in instances if instance.root_id not in roots]
    for instance in called:
        still = ProcessInstance.get_or_none(ProcessInstance.id == instance.id, ProcessInstance.ended_at.is_null())
        if still is not None:
            engine.apply(instance.root_id, CancelInstance(instance.id, "deleted with its deployment"))
    forget_instances(engine.database, [instance.id for instance in called])

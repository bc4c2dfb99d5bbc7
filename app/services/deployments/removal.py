"""Delete a deployment with its definitions, and with or without what ran of them."""

from __future__ import annotations

from app.bpmn.commands import CancelInstance
from app.engine.process_engine import ProcessEngine
from app.engine.start_events import StartEvents
from app.errors import DefinitionNotFound, NotFound, Refused
from app.models import Deployment, DeploymentResource, JobDefinitionChange, ProcessDefinition, ProcessInstance
from app.services.history.removal import forget_instances, forget_trees


def remove_deployment(engine: ProcessEngine, start_events: StartEvents, deployment_id: str, cascade: bool) -> list[str]:
    """Within a transaction: delete a deployment and return the ids of its definitions. Raises NotFound, Refused."""
    if Deployment.get_or_none(Deployment.id == deployment_id) is None:
        raise NotFound(deployment_id, kind="deployment")
    definitions = list(ProcessDefinition.select().where(ProcessDefinition.deployment_id == deployment_id))
    _remove(engine, start_events, definitions, cascade, f"Deployment '{deployment_id}'")
    DeploymentResource.delete().where(DeploymentResource.deployment_id == deployment_id).execute()
    Deployment.delete().where(Deployment.id == deployment_id).execute()
    return [definition.id for definition in definitions]


def remove_definition(engine: ProcessEngine, start_events: StartEvents, definition_id: str, cascade: bool) -> None:
    """Within a transaction: delete one definition, its deployment stays. Raises DefinitionNotFound, Refused."""
    definition = ProcessDefinition.get_or_none(ProcessDefinition.id == definition_id)
    if definition is None:
        raise DefinitionNotFound(definition_id)
    _remove(engine, start_events, [definition], cascade, f"Process definition '{definition_id}'")


def _remove(
    engine: ProcessEngine, start_events: StartEvents, definitions: list[ProcessDefinition], cascade: bool, subject: str
) -> None:
    ids = [definition.id for definition in definitions]
    start_events.remove(ids)
    if cascade:
        _forget_all(engine, ids)
    else:
        _refuse_running(subject, ids)
    JobDefinitionChange.delete().where(JobDefinitionChange.definition_id.in_(ids)).execute()
    ProcessDefinition.delete().where(ProcessDefinition.id.in_(ids)).execute()
    for definition in definitions:
        start_events.restore(definition.key, definition.tenant_id)


def _refuse_running(subject: str, definition_ids: list[str]) -> None:
    running = ProcessInstance.definition_id.in_(definition_ids) & ProcessInstance.ended_at.is_null()
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

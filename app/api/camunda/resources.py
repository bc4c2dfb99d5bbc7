"""All resources of the dialect, in the order of their documentation."""

from __future__ import annotations

from app.api.camunda import (
    condition,
    engine,
    event_subscription,
    execution,
    history,
    incident,
    message,
    metrics,
    signal,
    variable_instance,
)
from app.api.camunda.batch import routes as batch
from app.api.camunda.coverage.unsupported import add_unsupported
from app.api.camunda.decision import requirements as decision_requirements_definition
from app.api.camunda.decision import routes as decision_definition
from app.api.camunda.deployment import routes as deployment
from app.api.camunda.external_task import retries as external_task_retries
from app.api.camunda.job import bulk as job_bulk
from app.api.camunda.job import definitions as job_definition
from app.api.camunda.job import routes as job
from app.api.camunda.process_definition import restart
from app.api.camunda.process_definition import routes as process_definition
from app.api.camunda.process_definition import static_calls as static_call
from app.api.camunda.process_instance import batch as process_instance_batch
from app.api.camunda.process_instance import migration, modification
from app.api.camunda.process_instance import routes as process_instance
from app.api.camunda.rest.blueprint import PREFIX, CamundaBlueprint, add_headers, take_engine_name
from app.api.camunda.rest.paths import make_path_plain
from app.api.camunda.task import attachments as attachment
from app.api.camunda.task import comments as comment
from app.api.camunda.task import forms as task_form
from app.api.camunda.task import identity_links as task_identity_link
from app.api.camunda.task import report as task_report
from app.api.camunda.task import routes as task
from app.api.dialect import Dialect

RESOURCES = (
    engine.blueprint,
    external_task_retries.blueprint,
    deployment.blueprint,
    process_definition.blueprint,
    restart.blueprint,
    static_call.blueprint,
    decision_definition.blueprint,
    decision_requirements_definition.blueprint,
    process_instance.blueprint,
    process_instance_batch.blueprint,
    modification.blueprint,
    migration.blueprint,
    execution.blueprint,
    message.blueprint,
    condition.blueprint,
    signal.blueprint,
    event_subscription.blueprint,
    task.blueprint,
    task_form.blueprint,
    task_identity_link.blueprint,
    task_report.blueprint,
    comment.blueprint,
    attachment.blueprint,
    job.blueprint,
    job_bulk.blueprint,
    job_definition.blueprint,
    variable_instance.blueprint,
    metrics.blueprint,
    incident.blueprint,
    batch.blueprint,
    *history.RESOURCES,
)
CAMUNDA = Dialect(
    CamundaBlueprint,
    RESOURCES,
    PREFIX,
    arrive=make_path_plain,
    before=take_engine_name,
    after=add_headers,
    also=add_unsupported,
)

"""The tables, one file a noun, and the database that holds them."""

from __future__ import annotations

from app.database.table import Table
from app.models.activity_instance import ActivityInstance
from app.models.attachment import Attachment
from app.models.batch import Batch
from app.models.comment import Comment
from app.models.deployment import Deployment, DeploymentResource
from app.models.event import Event
from app.models.event_delivery import Delivery
from app.models.event_subscription import EventSubscription
from app.models.event_webhook import Webhook
from app.models.external_task import ExternalTask
from app.models.external_task_log import ExternalTaskLog
from app.models.idempotency_key import IdempotencyKey
from app.models.incident import Incident
from app.models.job import Job
from app.models.job_definition_change import JobDefinitionChange
from app.models.process_definition import ProcessDefinition
from app.models.process_instance import InstanceState, ProcessInstance
from app.models.user_task import UserTask
from app.models.variable import VariableRow
from app.models.variable_update import VariableUpdate
from app.models.worker_account import WorkerAccount

TABLES: tuple[type[Table], ...] = (
    Deployment,
    DeploymentResource,
    ProcessDefinition,
    ProcessInstance,
    InstanceState,
    ExternalTask,
    ExternalTaskLog,
    VariableRow,
    VariableUpdate,
    ActivityInstance,
    Job,
    JobDefinitionChange,
    EventSubscription,
    UserTask,
    Incident,
    Comment,
    Attachment,
    Batch,
    IdempotencyKey,
    WorkerAccount,
    Event,
    Webhook,
    Delivery,
)

__all__ = [
    "TABLES",
    "ActivityInstance",
    "Attachment",
    "Batch",
    "Comment",
    "Delivery",
    "Deployment",
    "DeploymentResource",
    "Event",
    "EventSubscription",
    "ExternalTask",
    "ExternalTaskLog",
    "IdempotencyKey",
    "Incident",
    "InstanceState",
    "Job",
    "JobDefinitionChange",
    "ProcessDefinition",
    "ProcessInstance",
    "Table",
    "UserTask",
    "VariableRow",
    "VariableUpdate",
    "Webhook",
    "WorkerAccount",
]

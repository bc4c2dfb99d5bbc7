"""The tables, one file a noun, each with its rules as conditions.

activity_instance                 Activity instances: the history of what ran, one row each, ended or still open.
attachment                        Attachments: files and links that persons add to user tasks.
batch                             Batches: work on many things, cut into jobs.
comment                           Comments: what persons say about user tasks and process instances.
database                          Open the database that a URL names: an SQLite file (`sqlite:///path`) or Postgres
                                  (`postgresql://…`).
decision_definition               Decision definitions: one row a version; the tables are parsed from the deployment's
                                  resource and cached by id.
decision_instance                 Decision instances: what was decided, when, from what and with which result.
decision_requirements_definition  Decision requirements definitions: one row a version of a file with several decisions.
deployment                        Deployments and the files that came with them.
event                             Events: what happened to tasks and processes, one row a transaction, kept for a short
                                  time.
event_delivery                    Deliveries: messages that wait to be sent to a webhook or to the process engine
                                  elsewhere.
event_subscription                Event subscriptions: who waits for which message, signal or condition.
event_webhook                     Webhooks: who is told of events by HTTP.
external_task                     External tasks that are open: the hot table.
external_task_log                 What happened to external tasks: append-only, and the memory that tells 410 from 404.
idempotency_key                   Answers given to reports that carried an `Idempotency-Key`, for the retention time.
incident                          Incidents: what needs a person, open (`ended_at` null), resolved or deleted.
job                               Jobs: what runs later without a worker.
job_definition_change             What was changed in job definitions: they are read from the models, but for this.
migrations                        The way from each version of the schema to the next: one file each, never changed
                                  again once it is on `main`.
place                             Where in the processes a row belongs: six columns that tasks, their log, activities,
                                  and values have in common.
process_definition                Process definitions: one row a version; the graph is parsed from the deployment's
                                  resource and cached by id.
process_instance                  Process instances: a lasting record of each, and the state of those that run.
schema                            The version of the schema, and the way forward from each one to the next.
server_process                    The processes of all servers on this database, and what they know in their memory
                                  alone: who polls for what.
user_task                         User tasks, open (`ended_at` null) and ended.
variable                          Variables, one row each: those of running scopes, and the last value of those that are
                                  gone.
variable_update                   Every value that variables ever had: what the history tells beside the last ones.
worker                            The workers that have been seen, and what was done in each topic and by each worker,
                                  minute by minute.
worker_account                    Accounts for workers that can only send HTTP Basic.
"""

from __future__ import annotations

from app.database.table import Table
from app.models.activity_instance import ActivityInstance
from app.models.attachment import Attachment
from app.models.batch import Batch
from app.models.comment import Comment
from app.models.decision_definition import DecisionDefinition
from app.models.decision_instance import DecisionInstance
from app.models.decision_requirements_definition import DecisionRequirementsDefinition
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
from app.models.server_process import ParkedPolls, ServerProcess
from app.models.user_task import UserTask
from app.models.variable import VariableRow
from app.models.variable_update import VariableUpdate
from app.models.worker import WorkCount, Worker
from app.models.worker_account import WorkerAccount

TABLES: tuple[type[Table], ...] = (
    Deployment,
    DeploymentResource,
    ProcessDefinition,
    DecisionDefinition,
    DecisionRequirementsDefinition,
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
    DecisionInstance,
    Comment,
    Attachment,
    Batch,
    IdempotencyKey,
    ServerProcess,
    ParkedPolls,
    Worker,
    WorkCount,
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
    "DecisionDefinition",
    "DecisionInstance",
    "DecisionRequirementsDefinition",
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
    "ParkedPolls",
    "ProcessDefinition",
    "ProcessInstance",
    "ServerProcess",
    "Table",
    "UserTask",
    "VariableRow",
    "VariableUpdate",
    "Webhook",
    "WorkCount",
    "Worker",
    "WorkerAccount",
]

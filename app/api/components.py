"""The components of the running application, for whoever answers a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, current_app

if TYPE_CHECKING:
    from app.database.database import Database
    from app.engine.process_engine import ProcessEngine
    from app.identity.identities import Identities
    from app.services.accounts import WorkerAccounts
    from app.services.attachments import Attachments
    from app.services.comments import Comments
    from app.services.decisions import Decisions
    from app.services.deployments.service import Deployments
    from app.services.deployments.uploads import ModelUploads
    from app.services.events.events import Events
    from app.services.external_tasks.offered import OfferedTasks
    from app.services.external_tasks.service import ExternalTaskService
    from app.services.history.retention import Retention
    from app.services.incidents import Incidents
    from app.services.jobs.batches import Batches
    from app.services.jobs.definitions import JobDefinitions
    from app.services.jobs.execution import JobExecution
    from app.services.jobs.planned_suspensions import PlannedSuspensions
    from app.services.jobs.runner import JobRunner
    from app.services.jobs.service import Jobs
    from app.services.long_polling.polls import LongPolling
    from app.services.messages.conditions import ConditionalStarts
    from app.services.messages.service import Messages
    from app.services.presence.presence import Presence
    from app.services.process_definitions import ProcessDefinitions
    from app.services.process_instances.awaited_runs import AwaitedRuns
    from app.services.process_instances.migrations import Migrations
    from app.services.process_instances.service import ProcessInstances
    from app.services.user_tasks import UserTasks
    from config import Settings

EXTENSION = "errand"


@dataclass(frozen=True, slots=True)
class Components:
    """Hold what `create_app` built, one of each. Stored as `app.extensions["errand"]`."""

    settings: Settings
    database: Database
    engine: ProcessEngine
    identities: Identities
    accounts: WorkerAccounts
    external_tasks: ExternalTaskService
    offered_tasks: OfferedTasks
    long_polling: LongPolling
    events: Events
    deployments: Deployments
    model_uploads: ModelUploads
    process_definitions: ProcessDefinitions
    decisions: Decisions
    process_instances: ProcessInstances
    migrations: Migrations
    awaited_runs: AwaitedRuns
    messages: Messages
    conditional_starts: ConditionalStarts
    user_tasks: UserTasks
    comments: Comments
    attachments: Attachments
    incidents: Incidents
    jobs: Jobs
    job_definitions: JobDefinitions
    job_execution: JobExecution
    job_runner: JobRunner
    planned_suspensions: PlannedSuspensions
    batches: Batches
    retention: Retention
    presence: Presence


def components_of(app: Flask) -> Components:
    """Return what `create_app` built for an application."""
    found: Components = app.extensions[EXTENSION]
    return found


class _CurrentComponents:
    """Looks the components up in the current application at each use: werkzeug's LocalProxy would do it through two
    proxies, for twice the time."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(current_app.extensions[EXTENSION], name)


components = cast("Components", _CurrentComponents())
"""The components of the application that answers the current request."""

"""Errand: an external-task server. Only this file knows every part and who talks to whom.

api        The HTTP side: one package a dialect, each a translation of words in, one service call, words out.
bpmn       The process engine as a pure library: XML in, graph out; state and command in, delta out.
cli        The command `errand`: one file a group of commands.
clock      The one clock: integer milliseconds UTC.
database   The driver: transactions and connections of SQLite and Postgres, and statements that are compiled once.
dmn        Decisions as a pure library: a DMN file in, decisions out; a decision and variables in, results out.
doctor     The migration doctor: which models of a folder run here, which do not, and why.
engine     The process engine joined to the tables: load the state, run `app.bpmn.execution`, store the delta.
errors     Every error of the domain, in its own words and without HTTP; each dialect answers them at one table of its
           own.
identity   Who is calling: one Identity, whichever way it was proved; `identities.py` proves it.
ids        Ids: lower-case UUID text whose order is the order of making, so that new rows stay together in every index.
json_text  JSON, read only as deep as it can always be written again, whatever is put around it.
models     The tables, one file a noun, each with its rules as conditions.
queries    Questions about everything: one module a noun, each with a `Listing` of its filters and sortings.
records    What every change leaves behind: the log of a task, its end, incidents, events, reports and hints.
scripting  Scripts: JavaScript in a sandbox of its own, which knows of the world outside only what a request brings.
services   The verbs: every verb of every resource is a method of a service, one transaction.
serving    How gunicorn serves the application, and what runs beside the requests.
signals    Signals between the parts, by blinker.
storable   Texts that a database can keep: no null character, no half of a surrogate pair.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

    from app.api.components import Components
    from app.api.dialect import Dialect
    from app.database.database import Database
    from config import Settings

# Imports stand in the functions, so that a part can be used without the others: app.bpmn needs no Flask, no database.


def create_app(
    settings: Settings | None = None, *, database: Database | None = None, dialects: Sequence[Dialect] | None = None
) -> Flask:
    """Return the whole server, wired. Without `settings` the environment decides; `database` may be open already.
    `dialects` are those that it speaks, without it all that there are.

    Starts no thread: `app.serving.background` does, in the process that serves. Raises InvalidSettings.
    """
    from werkzeug.middleware.proxy_fix import ProxyFix

    import config
    from app.api import documentation, health
    from app.api.components import EXTENSION
    from app.api.dialects import DIALECTS, speak
    from app.api.http.server import Server
    from app.identity.bearer_tokens import configure_tokens
    from app.models.database import open_database

    settings = settings or config.load(os.environ)
    app = Server(__name__)
    database = database or open_database(settings.database_url, notify_url=settings.notify_url)
    app.extensions[EXTENSION] = make_components(settings, database)
    app.config.update(MAX_CONTENT_LENGTH=settings.max_body_bytes, MAX_FORM_MEMORY_SIZE=settings.max_body_bytes)
    configure_tokens(app, settings)
    if settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, *[settings.proxy_hops] * 4)  # type: ignore[method-assign]

    speak(app, documentation.make_api(app), DIALECTS if dialects is None else dialects)
    for part in (health, documentation):
        part.register(app)
    return app


def make_components(settings: Settings, database: Database) -> Components:
    """Return what answers requests, connected: the services tell the engine of every report, by signals."""
    from app.api.components import Components
    from app.engine.engine_notifier import EngineNotifier, connect
    from app.engine.process_engine import ProcessEngine
    from app.identity.identities import Identities
    from app.models.schema import migrate
    from app.services.accounts import WorkerAccounts
    from app.services.attachments import Attachments
    from app.services.comments import Comments
    from app.services.decisions import Decisions
    from app.services.deployments.service import Deployments
    from app.services.deployments.uploads import ModelUploads
    from app.services.events.events import Events
    from app.services.events.outbox import Outbox
    from app.services.external_tasks.offered import OfferedTasks
    from app.services.external_tasks.service import ExternalTaskService
    from app.services.history.retention import Retention
    from app.services.incidents import Incidents
    from app.services.jobs.batch_work import BatchWork
    from app.services.jobs.batches import Batches
    from app.services.jobs.definitions import JobDefinitions
    from app.services.jobs.execution import JobExecution
    from app.services.jobs.planned_suspensions import PlannedSuspensions
    from app.services.jobs.runner import JobRunner
    from app.services.jobs.service import Jobs
    from app.services.messages.conditions import ConditionalStarts
    from app.services.messages.service import Messages
    from app.services.process_definitions import ProcessDefinitions
    from app.services.process_instances.awaited_runs import AwaitedRuns
    from app.services.process_instances.migrations import Migrations
    from app.services.process_instances.service import ProcessInstances
    from app.services.user_tasks import UserTasks

    migrate(database)
    engine = ProcessEngine(database, settings)
    elsewhere = settings.engine_url is not None
    external_tasks = ExternalTaskService(database, settings, None if elsewhere else engine.definitions)
    events = Events(database, settings, external_tasks)
    if elsewhere:
        outbox = Outbox(database, events.deliverer.wake)
        outbox.prepare()
        connect(outbox, sender=external_tasks)
    else:
        connect(EngineNotifier(engine), sender=external_tasks)

    process_instances = ProcessInstances(engine)
    migrations = Migrations(engine)
    messages = Messages(engine)
    jobs = Jobs(engine)
    job_definitions = JobDefinitions(engine)
    batch_work = BatchWork(database, settings.history_days, process_instances, messages, jobs, migrations)
    batches = Batches(database, settings.history_days, batch_work.kinds())
    planned_suspensions = PlannedSuspensions(database, process_instances.suspend, job_definitions.suspend)
    job_execution = JobExecution(engine, {**batches.kinds, **planned_suspensions.kinds})
    retention = Retention(database)
    deployments = Deployments(engine, process_instances.suspension, planned_suspensions)
    accounts = WorkerAccounts(database)
    return Components(
        settings=settings,
        database=database,
        engine=engine,
        identities=Identities(settings, accounts.verify),
        accounts=accounts,
        external_tasks=external_tasks,
        offered_tasks=OfferedTasks(database, elsewhere=elsewhere),
        long_polling=external_tasks.long_polling,
        events=events,
        deployments=deployments,
        model_uploads=ModelUploads(deployments),
        process_definitions=ProcessDefinitions(engine),
        decisions=Decisions(engine),
        process_instances=process_instances,
        migrations=migrations,
        awaited_runs=AwaitedRuns(engine, process_instances),
        messages=messages,
        conditional_starts=ConditionalStarts(engine),
        user_tasks=UserTasks(engine),
        comments=Comments(database),
        attachments=Attachments(database),
        incidents=Incidents(database),
        jobs=jobs,
        job_definitions=job_definitions,
        job_execution=job_execution,
        job_runner=JobRunner(database, job_execution, retention, enabled=settings.timers),
        planned_suspensions=planned_suspensions,
        batches=batches,
        retention=retention,
        presence=external_tasks.presence,
    )

"""Errand: an external-task server. Only this file knows every part and who talks to whom."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.api.components import Parts
    from app.models.database import Database
    from config import Settings

# Imports stand in the functions, so that a part can be used without the others: app.bpmn needs no Flask, no database.


def create_app(settings: Settings | None = None, *, database: Database | None = None) -> Flask:
    """Return the whole server, wired. Without `settings` the environment decides; `database` may be open already.

    Starts no thread: `app.serving.background` does, in the process that serves. Raises InvalidSettings.
    """
    from werkzeug.middleware.proxy_fix import ProxyFix

    import config
    from app.api import atlas, camunda, documentation, health, operations, process_engine
    from app.api.atlas.dialect import AtlasBlueprint
    from app.api.camunda.rest.blueprint import CamundaBlueprint
    from app.api.components import EXTENSION
    from app.api.dialect import answer_errors
    from app.api.http.server import Server
    from app.api.operations.dialect import OperationsBlueprint
    from app.api.process_engine.dialect import ProcessEngineBlueprint
    from app.identity.bearer_tokens import configure_tokens
    from app.models.database import open_database

    settings = settings or config.load(os.environ)
    app = Server(__name__)
    database = database or open_database(settings.database_url, notify_url=settings.notify_url)
    app.extensions[EXTENSION] = make_parts(settings, database)
    app.config.update(MAX_CONTENT_LENGTH=settings.max_body_bytes, MAX_FORM_MEMORY_SIZE=settings.max_body_bytes)
    configure_tokens(app, settings)
    if settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, *[settings.proxy_hops] * 4)  # type: ignore[method-assign]

    api = documentation.make_api(app)
    for dialect in (camunda, process_engine, atlas, operations):
        dialect.register(app, api)
    for part in (health, documentation):
        part.register(app)
    answer_errors(app, [CamundaBlueprint, ProcessEngineBlueprint, AtlasBlueprint, OperationsBlueprint])
    return app


def make_parts(settings: Settings, database: Database) -> Parts:
    """Return the parts that answer requests, connected: the services tell the engine of every report, by signals."""
    from app.api.components import Parts
    from app.engine.engine_notifier import EngineNotifier, connect
    from app.engine.process_engine import ProcessEngine
    from app.identity.identities import Identities
    from app.models.schema import migrate
    from app.services.accounts import WorkerAccounts
    from app.services.events.events import Events
    from app.services.events.outbox import Outbox
    from app.services.external_tasks.offered import OfferedTasks
    from app.services.external_tasks.service import ExternalTaskService

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
    accounts = WorkerAccounts(database)
    return Parts(
        settings=settings,
        database=database,
        external_tasks=external_tasks,
        engine=engine,
        long_polling=external_tasks.long_polling,
        identities=Identities(settings, accounts.verify),
        accounts=accounts,
        events=events,
        offered_tasks=OfferedTasks(database, elsewhere=elsewhere),
    )

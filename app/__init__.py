"""Errand: an external-task server. `create_app` is the only place that knows every part and who talks to whom."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.models.database import Database
    from config import Settings


def create_app(settings: Settings | None = None, *, database: Database | None = None) -> Flask:
    """Return the whole server, wired. Without `settings` the environment decides; tests pass their own open `database`.

    Starts no thread: `app.background` does, in the process that serves. Raises InvalidSettings.
    """
    # Imported here, so that a part can be used without the others: app.bpmn needs neither Flask nor a database.
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    import config
    from app.api import atlas, camunda, documentation, health, process_engine
    from app.api.atlas.dialect import AtlasBlueprint
    from app.api.camunda.blueprint import CamundaBlueprint
    from app.api.dialect import answer_errors
    from app.api.parts import EXTENSION, Parts
    from app.api.process_engine.dialect import ProcessEngineBlueprint
    from app.engine.engine_notifier import EngineNotifier, connect
    from app.engine.process_engine import ProcessEngine
    from app.identity.identities import Identities
    from app.identity.tokens import configure_tokens
    from app.models.database import open_database
    from app.models.schema import migrate
    from app.services.accounts import WorkerAccounts
    from app.services.external_tasks import ExternalTaskService

    settings = settings or config.load(os.environ)
    database = database or open_database(settings.database_url)
    migrate(database)

    engine = ProcessEngine(database, settings)
    external_tasks = ExternalTaskService(database, settings, engine.definitions)
    connect(EngineNotifier(engine), external_tasks)
    accounts = WorkerAccounts(database)
    identities = Identities(settings, accounts.verify)

    app = Flask(__name__)
    app.extensions[EXTENSION] = Parts(
        settings, database, external_tasks, engine, external_tasks.long_polling, identities, accounts
    )
    app.config.update(MAX_CONTENT_LENGTH=settings.max_body_bytes, MAX_FORM_MEMORY_SIZE=settings.max_body_bytes)
    configure_tokens(app, settings)
    if settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, *[settings.proxy_hops] * 4)  # type: ignore[method-assign]

    api = documentation.make_api(app)
    for dialect in (camunda, process_engine, atlas):
        dialect.register(app, api)
    for part in (health, documentation):
        part.register(app)
    answer_errors(app, [CamundaBlueprint, ProcessEngineBlueprint, AtlasBlueprint])
    return app

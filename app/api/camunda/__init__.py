"""The dialect of Camunda 7, Operaton and CIB seven under /engine-rest: one file per resource, its schemas beside it.

batch               Batches of Camunda's API: `/batch`, and what makes them.
condition           /condition: start the processes whose conditional start event is true of some variables.
coverage            What of Camunda's REST API is here: its operations, the table of the manual, the answers to the
                    rest.
decision            `/decision-definition` and `/decision-requirements-definition`: decisions, and the files that hold
                    several.
deployment          `/deployment`: models and other files, as they are uploaded and listed.
engine              /engine and /version: which engines there are, and which Camunda is spoken.
event_subscription  /event-subscription: who waits for which message, signal or condition.
execution           /execution: the parts of a running instance, their own variables, and the events they wait for.
external_task       `/external-task`: what workers do with tasks, and what operators see of them.
history             /history: everything that ran, ended or not, one file a resource.
incident            /incident: what needs a person.
job                 `/job` and `/job-definition`.
message             /message: correlate a message.
metrics             /metrics: how much was done in a time.
process_definition  `/process-definition`: versions of models, their starts and their figures.
process_instance    `/process-instance`: running instances, one and many.
resources           All resources of the dialect, in the order of their documentation.
rest                The machinery of the dialect: how it reads requests, says no, pages lists and writes JSON.
signal              /signal: throw a signal to everybody who waits for it.
task                `/task`: what persons do, with comments, attachments and links.
variable_instance   /variable-instance: variables of everything that runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask
    from flask_smorest import Api


def register(app: Flask, api: Api) -> None:
    """Add every resource to the application and its documentation, and the headers of this dialect."""
    # Imported here, so that a part of the dialect can be used without all others.
    from app.api.camunda.coverage.unsupported import add_unsupported
    from app.api.camunda.resources import RESOURCES
    from app.api.camunda.rest.blueprint import PREFIX, add_headers, take_engine_name
    from app.api.camunda.rest.paths import with_plain_paths

    for blueprint in RESOURCES:
        api.register_blueprint(blueprint, url_prefix=f"{PREFIX}{blueprint.url_prefix or ''}")
    add_unsupported(app)
    app.before_request(take_engine_name)
    app.after_request(add_headers)
    app.wsgi_app = with_plain_paths(app.wsgi_app)  # type: ignore[assignment, method-assign]

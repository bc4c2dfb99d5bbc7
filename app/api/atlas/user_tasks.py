"""ProcessCube's user tasks: reserving and finishing; manual and untyped tasks do not wait in this engine."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema

from app.api.atlas.dialect import resource
from app.api.components import components
from app.api.dialect import identity, no_content
from app.api.five_minds.bodies import Body, FormValuesSchema
from app.api.five_minds.lenient import Text
from app.errors import NotFound
from app.identity import MANAGE_PROCESS_INSTANCES
from app.services.user_tasks import WaitingAt

blueprint = resource("user tasks")

CHANGE: dict[str, Any] = {"claim": MANAGE_PROCESS_INSTANCES, "produces": None}


class AtlasReservationSchema(Body):
    """For whom a user task is reserved; nobody named: the caller."""

    actual_owner_id = Text(data_key="actualOwnerId", allow_none=True, load_default=None)


reservation_schema: Schema = AtlasReservationSchema()
form_schema: Schema = FormValuesSchema()


@blueprint.route("/user_tasks/<task_id>/finish", methods=["PUT"], **CHANGE)
@blueprint.arguments(form_schema)
def finish_user_task(variables: Any, task_id: str) -> Response:
    """Finish a user task with what its form fields hold."""
    components.user_tasks.complete(identity(), WaitingAt(task_id), variables)
    return no_content()


@blueprint.route("/user_tasks/<task_id>/reserve", methods=["PUT"], **CHANGE)
@blueprint.arguments(reservation_schema)
def reserve_user_task(reservation: dict[str, Any], task_id: str) -> Response:
    """Reserve a user task for one person."""
    owner = reservation["actual_owner_id"] or identity().user_id
    components.user_tasks.claim(identity(), WaitingAt(task_id), owner)
    return no_content()


@blueprint.route("/user_tasks/<task_id>/cancel-reservation", methods=["DELETE"], **CHANGE)
def cancel_reservation(task_id: str) -> Response:
    """Make a user task anybody's again."""
    components.user_tasks.unclaim(identity(), WaitingAt(task_id))
    return no_content()


@blueprint.route("/manual_tasks/<task_id>/finish", methods=["PUT"], **CHANGE)
@blueprint.route("/untyped_tasks/<task_id>/finish", methods=["PUT"], **CHANGE)
@blueprint.route("/empty_activities/<task_id>/finish", methods=["PUT"], **CHANGE)
def finish_what_never_waits(task_id: str) -> Response:
    """Refuse: no task of these kinds waits here."""
    raise NotFound(task_id, kind="waiting task")

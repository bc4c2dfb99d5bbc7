"""Start a process instance and, on request, wait until it ends or reaches a certain end event."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from app.bpmn.graph import Process
from app.bpmn.plain_json import to_token
from app.bpmn.states import ProcessInstanceState
from app.bpmn.values import Variables
from app.bpmn.vocabulary import Behaviour
from app.database.database import Database
from app.engine.process_engine import ProcessEngine
from app.errors import EngineFailed, InvalidInput, NotFound, Overloaded, Refused
from app.identity import MANAGE_PROCESS_INSTANCES, Identity
from app.models.activity_instance import ActivityInstance
from app.models.process_instance import ProcessInstance
from app.queries.process_definitions import latest_definition
from app.queries.process_runs import correlation_of, last_variables
from app.services.process_instances.service import ProcessInstances

Until = Literal["created", "finished", "end_event"]
MAX_WAITING = 200
"""Most requests of one process that wait for an end: each keeps a thread."""
MAX_WAIT_S = 300.0
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.02, 0.5


class StillRunning(Refused):
    """The instance did not end while the caller waited; it runs on."""


class RunFailed(EngineFailed):
    """The instance that was waited for ended otherwise than at an end event: by an error or from outside."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to start, and what to wait for. `end_event_id` belongs to `until="end_event"`."""

    key: str
    variables: Variables = field(default_factory=dict)
    correlation_id: str | None = None
    start_event_id: str | None = None
    until: Until = "created"
    end_event_id: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A started instance; `end_event_id` and `token` once it was waited for."""

    instance: ProcessInstance
    end_event_id: str | None = None
    token: dict[str, Any] | None = None


class AwaitedRuns:
    """Start process instances and wait for them."""

    def __init__(self, engine: ProcessEngine, process_instances: ProcessInstances) -> None:
        self.engine = engine
        self.process_instances = process_instances
        self._waiting = threading.BoundedSemaphore(MAX_WAITING)

    def start(self, identity: Identity, request: RunRequest, gone: Callable[[], bool] = lambda: False) -> Run:
        """Start the latest version of a process and wait as asked; stop waiting once `gone` says so.

        Raises Forbidden, DefinitionNotFound, InvalidInput, StillRunning, RunFailed, Overloaded.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        row = latest_definition(self.engine.database, request.key)
        process = self.engine.definitions.get(row.id)
        _check_events(process, request)
        instance = self.process_instances.start(
            identity, definition_id=row.id, business_key=request.correlation_id, variables=request.variables
        )
        if request.until == "created":
            return Run(instance)
        if not self._waiting.acquire(blocking=False):
            raise Overloaded(f"{MAX_WAITING} requests wait for process instances already.")
        try:
            return _awaited(self.engine.database, instance, request.end_event_id, gone)
        finally:
            self._waiting.release()


def _check_events(process: Process, request: RunRequest) -> None:
    """Raise InvalidInput or NotFound for an event that the model does not have, or that nothing can start at."""
    if request.start_event_id is not None and request.start_event_id != process.initial:
        kind = "start event that can be started by hand"
        raise NotFound(request.start_event_id, message=f"There is no {kind} '{request.start_event_id}'.")
    if request.until == "end_event":
        if not request.end_event_id:
            raise InvalidInput("An end event must be named to wait for it.", field="end_event_id", rule="required")
        node = process.nodes.get(request.end_event_id)
        if node is None or node.behaviour is not Behaviour.END:
            raise NotFound(request.end_event_id, message=f"There is no end event '{request.end_event_id}'.")


def _awaited(database: Database, instance: ProcessInstance, end_event_id: str | None, gone: Callable[[], bool]) -> Run:
    deadline = time.monotonic() + MAX_WAIT_S
    pause = SHORTEST_PAUSE_S
    while time.monotonic() < deadline and not gone():
        run = database.read(lambda: _reached(instance.id, end_event_id))
        if run is not None:
            return Run(run.instance, run.end_event_id, to_token(last_variables(database, [instance.id])[instance.id]))
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_S)
    raise StillRunning(
        f"The process instance '{instance.id}' still runs after {MAX_WAIT_S:.0f} seconds.",
        processInstanceId=instance.id,
        correlationId=correlation_of(instance),
    )


def _reached(instance_id: str, end_event_id: str | None) -> Run | None:
    """Return the run if it has come to what is waited for, None while it is under way. Raises RunFailed."""
    instance = ProcessInstance.get_by_id(instance_id)
    of_instance = ActivityInstance.process_instance_id == instance_id
    ends = ActivityInstance.select(ActivityInstance.activity_id).where(of_instance & ~ActivityInstance.canceled)
    if end_event_id is not None and ends.where(ActivityInstance.activity_id == end_event_id).exists():
        return Run(instance, end_event_id)
    if instance.ended_at is None:
        return None
    if instance.state == ProcessInstanceState.COMPLETED:
        last = ends.where(ActivityInstance.activity_type.endswith("EndEvent")).order_by(
            ActivityInstance.ended_at.desc()
        )
        row = last.first()
        return Run(instance, row.activity_id if row else None)
    raise _failure(instance)


def _failure(instance: ProcessInstance) -> RunFailed:
    message = instance.delete_reason or "The process instance was terminated."
    details: dict[str, Any] = {"processInstanceId": instance.id, "correlationId": correlation_of(instance)}
    if instance.error_code is not None:
        details["bpmnError"] = {"name": "BpmnError", "code": instance.error_code, "message": message}
    return RunFailed(message, **details)

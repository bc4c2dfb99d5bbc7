"""Who does what the vocabulary says of a node: one line a behaviour."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.bpmn.execution import calls, decisions, gateways, subprocesses, tasks, throwing
from app.bpmn.execution.run import Run, Visit
from app.bpmn.execution.tokens import complete
from app.bpmn.vocabulary import Behaviour

BEHAVIOURS: Mapping[Behaviour, Callable[[Run, Visit], None]] = {
    Behaviour.PASS: complete,
    Behaviour.START: complete,
    Behaviour.BOUNDARY: complete,
    Behaviour.CATCH: tasks.catch,
    Behaviour.THROW: throwing.throw,
    Behaviour.END: throwing.throw,
    Behaviour.EXTERNAL: tasks.offer_external_task,
    Behaviour.USER: tasks.offer_user_task,
    Behaviour.SCRIPT: tasks.run_script,
    Behaviour.EXPRESSION: tasks.run_script,
    Behaviour.DECISION: decisions.decide,
    Behaviour.RECEIVE: tasks.wait_for_message,
    Behaviour.EXCLUSIVE: complete,
    Behaviour.PARALLEL: gateways.arrive_parallel,
    Behaviour.INCLUSIVE: gateways.arrive_inclusive,
    Behaviour.EVENT_GATEWAY: gateways.wait_for_first,
    Behaviour.SUBPROCESS: subprocesses.start_inside,
    Behaviour.EVENT_SUBPROCESS: subprocesses.start_inside,
    Behaviour.TRANSACTION: subprocesses.start_inside,
    Behaviour.CALL: calls.call,
}

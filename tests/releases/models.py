"""Processes that stop in places of every kind."""

from __future__ import annotations

from tests.builders import external_task, flow, one_task, process, task_with_error
from tests.engine.models import (
    END,
    START,
    calling,
    catch,
    chain,
    message,
    on_message,
    on_signal,
    signal,
    throw,
    timer,
    waiting_for_message,
    waiting_for_signal,
)

_COMPENSATE = "<compensateEventDefinition/>"
_CONDITION = (
    '<conditionalEventDefinition><condition xsi:type="tFormalExpression">${amount > 10}</condition>'
    "</conditionalEventDefinition>"
)


def _boundary(id: str, on: str, definition: str, *, interrupts: bool = True) -> str:
    cancels = "" if interrupts else ' cancelActivity="false"'
    return f'<boundaryEvent id="{id}" attachedToRef="{on}"{cancels}>{definition}</boundaryEvent>'


def _undone_by(id: str, undo: str) -> str:
    """Return an external task that another one compensates."""
    handler = external_task(undo, "undo").replace("<serviceTask", '<serviceTask isForCompensation="true"')
    link = f'<association id="{id}_{undo}" sourceRef="{id}_boundary" targetRef="{undo}" associationDirection="One"/>'
    return external_task(id) + _boundary(f"{id}_boundary", id, _COMPENSATE) + handler + link


def _user_task() -> str:
    task = (
        '<userTask id="approve" name="Approve" camunda:candidateGroups="clerks" camunda:dueDate="2026-04-01T10:00:00"/>'
    )
    return chain(("approve", task), id="user_task")


def _reminded() -> str:
    return process(
        START,
        external_task("slow", "slow"),
        _boundary("every", "slow", timer("R3/PT20M", "timeCycle"), interrupts=False),
        external_task("remind"),
        END,
        '<endEvent id="reminded"/>',
        flow("start", "slow"),
        flow("slow", "end"),
        flow("every", "remind"),
        flow("remind", "reminded"),
        id="boundary_timer",
    )


def _scheduled() -> str:
    begin = f'<startEvent id="begin">{timer("R2/PT1H", "timeCycle")}</startEvent>'
    return process(begin, external_task(), END, flow("begin", "work"), flow("work", "end"), id="timer_start")


def _first_of_three() -> str:
    return process(
        START,
        '<eventBasedGateway id="first"/>',
        catch("by_message", on_message("paid")),
        catch("by_signal", on_signal("alarm")),
        catch("by_time", timer("PT40M")),
        external_task(),
        END,
        flow("start", "first"),
        *(
            part
            for event in ("by_message", "by_signal", "by_time")
            for part in (flow("first", event), flow(event, "work"))
        ),
        flow("work", "end"),
        id="event_gateway",
        definitions=message("paid") + signal("alarm"),
    )


def _parallel() -> str:
    return process(
        START,
        '<parallelGateway id="fork"/><parallelGateway id="join"/>',
        external_task("left"),
        external_task("right", "right"),
        external_task("after", "after"),
        END,
        flow("start", "fork"),
        *(part for side in ("left", "right") for part in (flow("fork", side), flow(side, "join"))),
        flow("join", "after"),
        flow("after", "end"),
        id="parallel_gateway",
    )


def _many() -> str:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    inner = (
        f'<startEvent id="each_start"/>{external_task("each")}<endEvent id="each_end"/>'
        f"{flow('each_start', 'each')}{flow('each', 'each_end')}"
    )
    in_turn = external_task(
        "in_turn",
        inner='<multiInstanceLoopCharacteristics isSequential="true" camunda:collection="${items}"'
        ' camunda:elementVariable="item"/>',
    )
    scope = f'<subProcess id="many">{inner}{loop}</subProcess>'
    return chain(("many", scope), ("in_turn", in_turn), id="multi_instance")


def _event_subprocess() -> str:
    inner = (
        f'<startEvent id="more" isInterrupting="false">{on_message("more")}</startEvent>{external_task("extra")}'
        f'<endEvent id="more_end"/>{flow("more", "extra")}{flow("extra", "more_end")}'
    )
    scope = f'<subProcess id="on_more" triggeredByEvent="true">{inner}</subProcess>'
    return process(
        START,
        external_task(),
        END,
        flow("start", "work"),
        flow("work", "end"),
        scope,
        id="event_subprocess",
        definitions=message("more"),
    )


def _compensated() -> str:
    return chain(
        ("book", _undone_by("book", "cancel_booking")),
        ("decide", external_task("decide", "decide")),
        ("undo", throw("undo", _COMPENSATE)),
        id="compensation",
    )


def _transaction() -> str:
    inner = (
        f'<startEvent id="t_start"/>{_undone_by("pay", "refund")}{external_task("check", "decide")}'
        '<endEvent id="t_cancel"><cancelEventDefinition/></endEvent>'
        f"{flow('t_start', 'pay')}{flow('pay', 'check')}{flow('check', 't_cancel')}"
    )
    return process(
        START,
        f'<transaction id="buy">{inner}</transaction>',
        _boundary("cancelled", "buy", "<cancelEventDefinition/>"),
        END,
        '<endEvent id="given_up"/>',
        flow("start", "buy"),
        flow("buy", "end"),
        flow("cancelled", "given_up"),
        id="transaction",
    )


MODELS = (
    one_task(id="task"),
    task_with_error(id="error"),
    _user_task(),
    chain(("pause", catch("pause", timer("PT30M"))), ("after", external_task("after", "after")), id="timer"),
    _reminded(),
    _scheduled(),
    waiting_for_message(id="message"),
    waiting_for_signal(id="signal"),
    _first_of_three(),
    chain(("wait", catch("wait", _CONDITION)), id="condition"),
    one_task(id="called"),
    calling(id="caller"),
    _parallel(),
    _many(),
    chain(("later", external_task("later", asyncBefore="true")), id="asynchronous"),
    chain(("fail", external_task("fail", "${known}", asyncBefore="true")), id="failing_job"),
    _event_subprocess(),
    _compensated(),
    _transaction(),
)

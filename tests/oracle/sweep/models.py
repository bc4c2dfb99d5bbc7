"""The models that both servers get: one of each kind of place where an instance can be."""

from __future__ import annotations

from itertools import pairwise

from tests.builders import external_task, flow, process

START, END = '<startEvent id="start"/>', '<endEvent id="end"/>'
DEFINITIONS = (
    '<message id="paid_message" name="paid"/><message id="begin" name="begin"/><signal id="go" name="go"/>'
    '<signal id="off" name="off"/><error id="broken_error" errorCode="broken"/>'
    '<escalation id="late_escalation" escalationCode="late"/>'
)
FAR = "2035-01-01T00:00:00Z"


def line(id: str, *elements: tuple[str, str], beside: str = "", name: str = "", **attributes: str) -> str:
    """Return the model start → elements → end; an element is its id and its XML."""
    ids = ["start", *(each for each, _ in elements), "end"]
    flows = "".join(flow(one, two) for one, two in pairwise(ids))
    text = process(
        START, END, *(xml for _, xml in elements), flows, beside, id=id, definitions=DEFINITIONS, **attributes
    )
    return text.replace(f'<process id="{id}"', f'<process id="{id}" name="{name}"') if name else text


def user_task(id: str, **attributes: str) -> tuple[str, str]:
    """Return a user task."""
    more = "".join(f' camunda:{name}="{value}"' for name, value in attributes.items())
    return id, f'<userTask id="{id}" name="{id.title()}"{more}/>'


def timer_boundary(attached_to: str) -> str:
    """Return a boundary timer far away, and where it leads."""
    return (
        f'<boundaryEvent id="late" attachedToRef="{attached_to}"><timerEventDefinition><timeDate>{FAR}</timeDate>'
        f'</timerEventDefinition></boundaryEvent><endEvent id="too_late"/>{flow("late", "too_late")}'
    )


def catch(id: str, definition: str) -> str:
    """Return an intermediate event that waits."""
    return f'<intermediateCatchEvent id="{id}">{definition}</intermediateCatchEvent>'


APPROVAL = {"candidateUsers": "kermit", "candidateGroups": "sales,accounting", "priority": "30", "formKey": "app:f"}
CHARGE = ("charge", external_task("charge", "charge", taskPriority="7"))
MAPPED = (
    "keep",
    '<userTask id="keep" name="Mapped"><extensionElements><camunda:inputOutput>'
    '<camunda:inputParameter name="given">local value</camunda:inputParameter>'
    "</camunda:inputOutput></extensionElements></userTask>",
)
SUBPROCESS = (
    "scope",
    f'<subProcess id="scope" name="Sub"><startEvent id="inner_start"/><userTask id="inner" name="Inner"/>'
    f'<endEvent id="inner_end"/>{flow("inner_start", "inner")}{flow("inner", "inner_end")}</subProcess>',
)
MANY = (
    "vote",
    '<userTask id="vote" name="Many" camunda:assignee="${person}"><multiInstanceLoopCharacteristics>'
    '<loopCardinality xsi:type="tFormalExpression">3</loopCardinality></multiInstanceLoopCharacteristics></userTask>',
)
CALL = ("call", '<callActivity id="call" name="Call" calledElement="child"/>')
FAILING = (
    "fails",
    '<userTask id="fails" camunda:asyncBefore="true" camunda:assignee="${missing}"/>',
)
CAUGHT = (
    '<boundaryEvent id="caught" attachedToRef="work"><errorEventDefinition errorRef="broken_error"/></boundaryEvent>'
    f'<endEvent id="repaired"/>{flow("caught", "repaired")}'
)
WAITING = "".join(
    (
        '<parallelGateway id="fork"/>',
        catch("message", '<messageEventDefinition messageRef="paid_message"/>'),
        catch("signal", '<signalEventDefinition signalRef="go"/>'),
        catch("timer", f"<timerEventDefinition><timeDate>{FAR}</timeDate></timerEventDefinition>"),
        catch(
            "condition",
            '<conditionalEventDefinition><condition xsi:type="tFormalExpression">${amount &gt; 1000}</condition>'
            "</conditionalEventDefinition>",
        ),
        '<receiveTask id="receive" name="Receive" messageRef="paid_message"/><parallelGateway id="join"/>',
        *(flow("fork", each) + flow(each, "join") for each in ("message", "signal", "timer", "condition", "receive")),
    )
)
STARTS = process(
    '<startEvent id="by_message"><messageEventDefinition messageRef="begin"/></startEvent>',
    '<startEvent id="by_signal"><signalEventDefinition signalRef="off"/></startEvent>',
    f'<startEvent id="by_timer"><timerEventDefinition><timeDate>{FAR}</timeDate></timerEventDefinition></startEvent>',
    '<userTask id="begun"/><endEvent id="end"/>',
    *(flow(each, "begun") for each in ("by_message", "by_signal", "by_timer")),
    flow("begun", "end"),
    id="starts",
    definitions=DEFINITIONS,
)
WAITS = process(
    START,
    END,
    WAITING,
    flow("start", "fork"),
    flow("join", "end"),
    id="waits",
    definitions=DEFINITIONS,
)
ORDER = line("order", user_task("approve", **APPROVAL), CHARGE, beside=timer_boundary("approve"), name="Order")
ORDER_2 = line(
    "order",
    user_task("approve", **APPROVAL),
    user_task("check", assignee="gonzo"),
    CHARGE,
    beside=timer_boundary("approve"),
    name="Order",
    versionTag="2.0",
    historyTimeToLive="5",
)
WORKER = line("worker", ("work", external_task("work", "work")), beside=CAUGHT, name="Worker")
CHILD = line("child", ("work", external_task("work", "called")), name="Child")
PARENT = line("parent", CALL, name="Parent")
MODELS = {
    "worker.bpmn": WORKER,
    "child.bpmn": CHILD,
    "parent.bpmn": PARENT,
    "waits.bpmn": WAITS,
    "starts.bpmn": STARTS,
    "mapped.bpmn": line("mapped", MAPPED),
    "sub.bpmn": line("sub", SUBPROCESS),
    "many.bpmn": line("many", MANY),
    "failing.bpmn": line("failing", FAILING, name="Failing"),
    "plain.bpmn": line("plain", ("task", '<userTask id="task" name="Task"/>'), name="Plain"),
}

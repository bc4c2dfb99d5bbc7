"""The XML of the random models."""

from __future__ import annotations

from itertools import count, pairwise
from typing import Any

from tests.oracle.migration.models import Block, Scope

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-'
    'instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="migration">'
)


class Writer:
    """Write one model; `tag` makes process key, messages, signals and topics its own."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.flows = count(1)
        self.declared: dict[str, str] = {}
        self.artifacts: list[list[str]] = []

    def file(self, model: Scope) -> str:
        """Return the file."""
        inside = self.scope(model)
        called = (
            f'<process id="called_{self.tag}" isExecutable="true" camunda:historyTimeToLive="5"><startEvent id="cs"/>'
            f'<userTask id="ct" name="ct"/><endEvent id="ce"/><sequenceFlow id="cf1" sourceRef="cs" targetRef="ct"/>'
            '<sequenceFlow id="cf2" sourceRef="ct" targetRef="ce"/></process>'
        )
        process = f'<process id="{self.tag}" isExecutable="true" camunda:historyTimeToLive="5">{inside}</process>'
        return f"{_HEAD}{''.join(self.declared.values())}{process}{called}</definitions>"

    def flow(self, source: str, target: str) -> str:
        """Return a sequence flow."""
        return f'<sequenceFlow id="f{next(self.flows)}_{source}" sourceRef="{source}" targetRef="{target}"/>'

    def scope(self, scope: Scope, start: Block | None = None, prefix: str = "root") -> str:
        """Return the inside of a scope; `start` is the start event of an event subprocess."""
        self.artifacts.append([])
        own = self.start(start) if start is not None else f'<startEvent id="start_{prefix}"/>'
        first = start["id"] if start is not None else f"start_{prefix}"
        body, ends = self.sequence(scope["seq"])
        end = f'<endEvent id="end_{prefix}"/>'
        last = f"end_{prefix}"
        flows = self.flow(first, ends[0]) + self.flow(ends[1], last)
        inner = "".join(self.event_subprocess(sub) for sub in scope["evsubs"])
        return own + body + end + flows + inner + "".join(self.artifacts.pop())

    def start(self, event: Block) -> str:
        interrupting = "true" if event["int"] else "false"
        return f'<startEvent id="{event["id"]}" isInterrupting="{interrupting}">{self.definition(event)}</startEvent>'

    def event_subprocess(self, sub: Block) -> str:
        inside = self.scope(sub["in"], sub["start"], sub["id"])
        return f'<subProcess id="{sub["id"]}" triggeredByEvent="true">{inside}</subProcess>'

    def sequence(self, blocks: list[Block]) -> tuple[str, tuple[str, str]]:
        """Return blocks one after the other, and the ids of the first and the last node."""
        written = [self.block(block) for block in blocks]
        flows = "".join(self.flow(left[1][1], right[1][0]) for left, right in pairwise(written))
        return "".join(text for text, _ in written) + flows, (written[0][1][0], written[-1][1][1])

    def block(self, block: Block) -> tuple[str, tuple[str, str]]:
        """Return a block, and the ids of its first and last node."""
        id = block["id"]
        if block["t"] == "par":
            return self.parallel(block)
        if block["t"] == "gate":
            return self.gate(block)
        if block["t"] == "catch":
            event = f'<intermediateCatchEvent id="{id}">{self.definition(block["e"])}</intermediateCatchEvent>'
            return event, (id, id)
        if block["t"] == "throw":
            thrown = f'<intermediateThrowEvent id="{id}"><compensateEventDefinition/></intermediateThrowEvent>'
            return thrown, (id, id)
        return self.activity(block), (id, id)

    def parallel(self, block: Block) -> tuple[str, tuple[str, str]]:
        tag = "inclusiveGateway" if block["inc"] else "parallelGateway"
        fork, join = f"{block['id']}f", f"{block['id']}j"
        text = f'<{tag} id="{fork}"/><{tag} id="{join}"/>'
        for branch in block["branches"]:
            inner, (first, last) = self.sequence(branch)
            text += inner + self.flow(fork, first) + self.flow(last, join)
        return text, (fork, join)

    def gate(self, block: Block) -> tuple[str, tuple[str, str]]:
        merge = f"{block['id']}m"
        text = f'<eventBasedGateway id="{block["id"]}"/><exclusiveGateway id="{merge}"/>'
        for event in block["on"]:
            definition = self.definition(event)
            text += f'<intermediateCatchEvent id="{event["id"]}">{definition}</intermediateCatchEvent>'
            text += self.flow(block["id"], event["id"]) + self.flow(event["id"], merge)
        return text, (block["id"], merge)

    def definition(self, event: Block) -> str:
        """Return an event definition, and declare what it names."""
        kind, value = event["k"], event["v"]
        if kind == "timer":
            return f"<timerEventDefinition><timeDuration>{value}</timeDuration></timerEventDefinition>"
        if kind == "cond":
            return (
                '<conditionalEventDefinition><condition xsi:type="tFormalExpression">'
                f"{value}</condition></conditionalEventDefinition>"
            )
        name = f"{value}_{self.tag}"
        self.declared[value] = f'<{kind} id="{kind}_{value}" name="{name}"/>'
        return f'<{kind}EventDefinition {kind}Ref="{kind}_{value}"/>'

    def activity(self, block: Block) -> str:
        """Return an activity with its boundary events and its compensation handler."""
        id, kind = block["id"], block["t"]
        flags = "".join(f' camunda:async{flag.capitalize()}="true"' for flag in ("before", "after") if block.get(flag))
        inner = self.extensions(block) + self.loop(block)
        text = self.element(block, flags, inner)
        for event in block["events"]:
            cancel = "true" if event["int"] else "false"
            definition = self.definition(event)
            text += f'<boundaryEvent id="{event["id"]}" attachedToRef="{id}" cancelActivity="{cancel}">{definition}'
            text += f'</boundaryEvent><endEvent id="x_{event["id"]}"/>'
            text += f'<userTask id="y_{event["id"]}" name="y"/>' + self.flow(event["id"], f"y_{event['id']}")
            text += self.flow(f"y_{event['id']}", f"x_{event['id']}")
        return text + (self.compensation(block) if block.get("comp") and kind in ("ext", "user") else "")

    def element(self, block: Block, flags: str, inner: str) -> str:
        id, kind = block["id"], block["t"]
        if kind == "ext":
            topic = f"{id}_{self.tag}"
            return (
                f'<serviceTask id="{id}" camunda:type="external" camunda:topic="{topic}"{flags}>{inner}</serviceTask>'
            )
        if kind == "user":
            return f'<userTask id="{id}" name="{id}" camunda:assignee="someone"{flags}>{inner}</userTask>'
        if kind == "call":
            return f'<callActivity id="{id}" calledElement="called_{self.tag}"{flags}>{inner}</callActivity>'
        if kind == "receive":
            name = f"{block['v']}_{self.tag}"
            self.declared[block["v"]] = f'<message id="message_{block["v"]}" name="{name}"/>'
            return f'<receiveTask id="{id}" messageRef="message_{block["v"]}"{flags}>{inner}</receiveTask>'
        tag = "transaction" if block["tx"] else "subProcess"
        return f'<{tag} id="{id}"{flags}>{inner}{self.scope(block["in"], None, id)}</{tag}>'

    def extensions(self, block: Block) -> str:
        io = block.get("io")
        if not io:
            return ""
        inputs = f'<camunda:inputParameter name="{io["in"]}">in</camunda:inputParameter>'
        out = (
            f'<camunda:outputParameter name="{io["out"]}">out</camunda:outputParameter>'
            if io["out"] and not block.get("mi")
            else ""
        )
        return f"<extensionElements><camunda:inputOutput>{inputs}{out}</camunda:inputOutput></extensionElements>"

    def loop(self, block: Block) -> str:
        loop: dict[str, Any] | None = block.get("mi")
        if not loop:
            return ""
        sequential = "true" if loop["seq"] else "false"
        return (
            f'<multiInstanceLoopCharacteristics isSequential="{sequential}"><loopCardinality>{loop["n"]}'
            "</loopCardinality></multiInstanceLoopCharacteristics>"
        )

    def compensation(self, block: Block) -> str:
        event, handler = block["comp"]["id"], block["comp"]["h"]
        ends = f'sourceRef="{event}" targetRef="{handler}"'
        self.artifacts[-1].append(f'<association id="a_{event}" associationDirection="One" {ends}/>')
        return (
            f'<boundaryEvent id="{event}" attachedToRef="{block["id"]}"><compensateEventDefinition/></boundaryEvent>'
            f'<userTask id="{handler}" name="{handler}" isForCompensation="true"/>'
        )

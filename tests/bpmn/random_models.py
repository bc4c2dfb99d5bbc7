"""Random block-structured models, and for each which activities complete how often.

A block has one way in and one way out; blocks nest. Every choice is fixed when the model is drawn (conditions compare a
variable with a constant, an error is raised on the task that is named for it), so the visits are known without a
second engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, pairwise

from hypothesis import strategies as st

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' id="definitions" targetNamespace="test"><message id="message" name="M"/><error id="error" errorCode="E"/>'
)


@dataclass
class Drawing:
    """The XML of one scope under way, and where new ids come from."""

    ids: Iterator[int]
    parts: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)

    def node(self, tag: str, inner: str = "", attributes: str = "") -> str:
        """Add a node, return its id: the first letters of its tag and a number."""
        node_id = f"{tag}_{next(self.ids)}"
        self.parts.append(f'<{tag} id="{node_id}" {attributes}>{inner}</{tag}>')
        return node_id

    def flow(self, source: str, target: str, condition: str = "") -> str:
        """Add a sequence flow, return its id."""
        flow_id = f"flow_{next(self.ids)}"
        inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        self.parts.append(
            f'<sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        )
        return flow_id

    def scope(self, block: Block, visits: Counter[str], times: int, last: str = "") -> str:
        """Draw a block between a start and an end event (`last`: an error that cancels it); return the XML."""
        inner = Drawing(self.ids, called=self.called)
        start = inner.node("startEvent")
        first, final = block.draw(inner, visits, times)
        end = inner.node("endEvent", last)
        inner.flow(start, first)
        inner.flow(final, end)
        visits.update({start: times, end: 0 if last else times})
        return "".join(inner.parts)


class Block:
    """Something with one way in and one way out."""

    def draw(self, drawing: Drawing, visits: Counter[str], times: int) -> tuple[str, str]:
        """Draw the block, which `times` tokens pass; count its visits; return the first and the last node."""
        raise NotImplementedError


@dataclass(frozen=True)
class Leaf(Block):
    """One node: an external or user task, a receive task, a script, or an event that waits."""

    kind: str

    def draw(self, drawing: Drawing, visits: Counter[str], times: int) -> tuple[str, str]:
        tag, inner, attributes = LEAVES[self.kind]
        node = drawing.node(tag, inner, attributes)
        visits[node] += times
        return node, node


LEAVES = {
    "external": ("serviceTask", "", 'camunda:type="external" camunda:topic="t"'),
    "async": ("serviceTask", "", 'camunda:type="external" camunda:topic="t" camunda:asyncBefore="true"'),
    "user": ("userTask", "", ""),
    "manual": ("manualTask", "", ""),
    "async after": ("manualTask", "", 'camunda:asyncAfter="true"'),
    "receive": ("receiveTask", "", 'messageRef="message"'),
    "script": ("scriptTask", "<script>${x + 1}</script>", 'scriptFormat="juel" camunda:resultVariable="y"'),
    "message": ("intermediateCatchEvent", '<messageEventDefinition messageRef="message"/>', ""),
    "timer": (
        "intermediateCatchEvent",
        "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
        "",
    ),
    "none": ("intermediateThrowEvent", "", ""),
}


@dataclass(frozen=True)
class Sequence(Block):
    """One block after the other."""

    blocks: tuple[Block, ...]

    def draw(self, drawing: Drawing, visits: Counter[str], times: int) -> tuple[str, str]:
        ends = [block.draw(drawing, visits, times) for block in self.blocks]
        for (_, last), (first, _) in pairwise(ends):
            drawing.flow(last, first)
        return ends[0][0], ends[-1][1]


@dataclass(frozen=True)
class Fork(Block):
    """Branches between two gateways; `taken` are those that tokens take: all of a parallel one, one of an exclusive."""

    gateway: str
    branches: tuple[Block, ...]
    taken: tuple[bool, ...]

    def draw(self, drawing: Drawing, visits: Counter[str], times: int) -> tuple[str, str]:
        fork = drawing.node(self.gateway)
        join = drawing.node(self.gateway)
        for block, taken in zip(self.branches, self.taken, strict=True):
            first, last = block.draw(drawing, visits, times if taken else 0)
            condition = "" if self.gateway == "parallelGateway" else "${x == 1}" if taken else "${x != 1}"
            drawing.flow(fork, first, condition)
            drawing.flow(last, join)
        arrived = sum(self.taken) if self.gateway != "exclusiveGateway" else 1
        visits.update({fork: times, join: times * arrived})
        return fork, join


@dataclass(frozen=True)
class Repeated(Block):
    """An external task or a subprocess for several items, one after the other or all at once."""

    inner: Block | None
    items: int
    sequential: bool

    def draw(self, drawing: Drawing, visits: Counter[str], times: int) -> tuple[str, str]:
        loop = (
            f'<multiInstanceLoopCharacteristics isSequential="{str(self.sequential).lower()}">'
            f"<loopCardinality>{self.items}</loopCardinality></multiInstanceLoopCharacteristics>"
        )
        if self.inner is None:
            node = drawing.node("serviceTask", loop, LEAVES["external"][2])
        else:
            node = drawing.node("subProcess", loop + drawing.scope(self.inner, visits, times * self.items))
        visits[node] += times * self.items
        visits[f"{node}#multiInstanceBody"] += times
        return node, node


@dataclass(frozen=True)
class Subprocess(Block):
    """An embedded subprocess; with `handler` it ends in an error that its boundary event catches."""

    inner: Block
    handler: Block | None = None

    def draw(self, drawing: Drawing, visits: Counter[str], times: int) -> tuple[str, str]:
        last = "" if self.handler is None else '<errorEventDefinition errorRef="error"/>'
        node = drawing.node("subProcess", drawing.scope(self.inner, visits, times, last))
        if self.handler is None:
            visits[node] += times
            return node, node
        return node, caught(drawing, visits, times, node, self.handler)


def caught(drawing: Drawing, visits: Counter[str], times: int, node: str, handler: Block) -> str:
    """Put a boundary event that catches an error on a node that is then never completed; return the way out."""
    boundary = drawing.node("boundaryEvent", '<errorEventDefinition errorRef="error"/>', f'attachedToRef="{node}"')
    join = drawing.node("exclusiveGateway")
    first, last = handler.draw(drawing, visits, times)
    drawing.flow(node, join)
    drawing.flow(boundary, first)
    drawing.flow(last, join)
    visits.update({boundary: times, join: times})
    return join


@dataclass(frozen=True)
class Raising(Block):
    """An external task on which the worker raises an error that a boundary event catches."""

    handler: Block

    def draw(self, drawing: Drawing, visits: Counter[str], times: int) -> tuple[str, str]:
        node = drawing.node("serviceTask", "", 'name="raise" camunda:type="external" camunda:topic="raise"')
        return node, caught(drawing, visits, times, node, self.handler)


@dataclass(frozen=True)
class Called(Block):
    """A call activity with a process of its own."""

    inner: Block

    def draw(self, drawing: Drawing, visits: Counter[str], times: int) -> tuple[str, str]:
        key = f"process_{next(drawing.ids)}"
        drawing.called.append(
            f'<process id="{key}" isExecutable="true">{drawing.scope(self.inner, visits, times)}</process>'
        )
        inner = '<extensionElements><camunda:in variables="all"/></extensionElements>'
        node = drawing.node("callActivity", inner, f'calledElement="{key}"')
        visits[node] += times
        return node, node


@dataclass(frozen=True)
class RandomModel:
    """A file with the process `main` (and those it calls), and how often each activity completes."""

    xml: bytes
    visits: Counter[str]


def build(block: Block) -> RandomModel:
    """Draw a block as a file."""
    drawing = Drawing(count())
    visits: Counter[str] = Counter()
    body = drawing.scope(block, visits, 1)
    processes = f'<process id="main" isExecutable="true">{body}</process>{"".join(drawing.called)}'
    xml = f"{HEAD}{processes}</definitions>".encode()
    return RandomModel(xml, Counter({node: times for node, times in visits.items() if times}))


def _forks(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    def fork(gateway: str, branches: list[Block], chosen: int) -> Block:
        if gateway == "exclusiveGateway":
            taken = tuple(index == chosen % len(branches) for index in range(len(branches)))
        elif gateway == "inclusiveGateway":
            taken = tuple(
                index == chosen % len(branches) or bool(chosen >> index & 1) for index in range(len(branches))
            )
        else:
            taken = (True,) * len(branches)
        return Fork(gateway, tuple(branches), taken)

    gateways = st.sampled_from(["parallelGateway", "exclusiveGateway", "inclusiveGateway"])
    return st.builds(fork, gateways, st.lists(inner, min_size=2, max_size=3), st.integers(0, 15))


def _composed(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    return st.one_of(
        st.builds(Sequence, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        _forks(inner),
        st.builds(Repeated, st.none() | inner, st.integers(1, 3), st.booleans()),
        st.builds(Subprocess, inner, st.none() | inner),
        st.builds(Raising, inner),
        st.builds(Called, inner),
    )


LEAF_BLOCKS: st.SearchStrategy[Block] = st.builds(Leaf, st.sampled_from(sorted(LEAVES)))
MODELS = st.recursive(LEAF_BLOCKS, _composed, max_leaves=8).map(build)

"""Measure the process engine without a database: what one step costs, and that the cost does not grow.

python -m benchmarks.engine
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from app.bpmn.commands import Command, CompleteExternalTask, StartInstance
from app.bpmn.context import CalledElement, RunContext
from app.bpmn.delta import Delta
from app.bpmn.execution import run
from app.bpmn.graph import Process
from app.bpmn.parser import parse
from app.bpmn.values import Variable

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' id="definitions" targetNamespace="benchmark"><process id="p" isExecutable="true"><startEvent id="start"/>'
)
EXTERNAL = 'camunda:type="external" camunda:topic="t"'
TAIL = "</process></definitions>"
ONE_TASK = f"""{HEAD}<sequenceFlow id="f1" sourceRef="start" targetRef="task"/><serviceTask id="task" {EXTERNAL}/>
<sequenceFlow id="f2" sourceRef="task" targetRef="end"/><endEvent id="end"/>{TAIL}"""
LOOP = f"""{HEAD}<sequenceFlow id="f1" sourceRef="start" targetRef="task"/><serviceTask id="task" {EXTERNAL}/>
<sequenceFlow id="f2" sourceRef="task" targetRef="again"/><exclusiveGateway id="again" default="f4"/>
<sequenceFlow id="f3" sourceRef="again" targetRef="task"><conditionExpression>${{n &lt; 100000}}</conditionExpression>
</sequenceFlow><sequenceFlow id="f4" sourceRef="again" targetRef="end"/><endEvent id="end"/>{TAIL}"""
AUTOMATIC_LOOP = f"""{HEAD}<sequenceFlow id="f1" sourceRef="start" targetRef="count"/>
<scriptTask id="count" scriptFormat="juel" camunda:resultVariable="n"><script>${{n + 1}}</script></scriptTask>
<sequenceFlow id="f2" sourceRef="count" targetRef="again"/><exclusiveGateway id="again" default="f4"/>
<sequenceFlow id="f3" sourceRef="again" targetRef="count"><conditionExpression>${{n &lt; 100000}}</conditionExpression>
</sequenceFlow><sequenceFlow id="f4" sourceRef="again" targetRef="end"/><endEvent id="end"/>{TAIL}"""
PARALLEL = f"""{HEAD}<sequenceFlow id="f1" sourceRef="start" targetRef="task"/><serviceTask id="task" {EXTERNAL}>
<multiInstanceLoopCharacteristics><loopCardinality>10000</loopCardinality></multiInstanceLoopCharacteristics></serviceTask>
<sequenceFlow id="f2" sourceRef="task" targetRef="end"/><endEvent id="end"/>{TAIL}"""


class World:
    """One process as its own definitions, ids by number, and the variables of one instance."""

    def __init__(self, xml: str, max_steps: int = 1_000_000) -> None:
        (self.process,) = parse(xml.encode()).processes
        self.variables: dict[str, dict[str, Variable]] = {}
        self.max_steps = max_steps
        self._ids = count()

    def get(self, definition_id: str) -> Process:
        """Return the process, whatever its id."""
        return self.process

    def called(self, element: CalledElement) -> tuple[str, Process]:
        """Return the process, whatever is called."""
        return element.key, self.process

    def run(self, command: Command, state: dict[str, Any] | None) -> Delta:
        """Carry out a command and keep the variables that it changed."""
        context = RunContext(self, 0, lambda: f"id-{next(self._ids)}", lambda: self.variables, self.max_steps)
        delta = run(command, state, context)
        for changed in delta.variables_set:
            self.variables.setdefault(changed.execution_id, {})[changed.name] = changed.variable
        for removed in delta.variables_removed:
            if removed.name is None:
                self.variables.pop(removed.execution_id, None)
        return delta


def integer(number: int) -> dict[str, Variable]:
    """Return the variable `n`."""
    return {"n": Variable("Integer", number)}


def measure(what: str, steps: int, work: Callable[[], object]) -> None:
    """Print the time of one step."""
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    print(f"{what:<58} {steps:>9,} steps {1e6 * seconds / steps:>9.1f} µs a step {seconds:>8.2f} s", flush=True)


def start_and_complete(instances: int = 10_000) -> None:
    """Measure the smallest process: start, complete, end."""
    world = World(ONE_TASK)
    states: list[tuple[dict[str, Any] | None, str]] = []

    def start() -> None:
        for number in range(instances):
            delta = world.run(StartInstance("p", f"i{number}", variables=integer(number)), None)
            states.append((delta.state, delta.tasks_created[0].id))

    def complete() -> None:
        for state, task_id in states:
            world.run(CompleteExternalTask(task_id), state)

    measure("start an instance with one external task", instances, start)
    measure("complete its task", instances, complete)


def loop_of_tasks(rounds: int = 100_000) -> None:
    """Measure a loop through an external task: each tenth of the rounds must cost the same."""
    world = World(LOOP)
    delta = world.run(StartInstance("p", "root", variables=integer(0)), None)

    def tenth(numbers: Iterator[int]) -> None:
        nonlocal delta
        for _ in range(rounds // 10):
            state = json.loads(json.dumps(delta.state))
            variables = integer(next(numbers))
            delta = world.run(CompleteExternalTask(delta.tasks_created[0].id, variables=variables), state)

    numbers = iter(range(1, rounds + 1))
    for part in range(10):
        measure(f"loop through a task, state as JSON, tenth {part + 1}", rounds // 10, lambda: tenth(numbers))
    assert delta.state is None


def automatic_loop(rounds: int = 100_000) -> None:
    """Measure a loop of script and gateway inside one command."""
    world = World(AUTOMATIC_LOOP)
    command = StartInstance("p", "root", variables=integer(0))
    measure("loop of script and gateway in one command", 2 * rounds, lambda: world.run(command, None))


def parallel_tasks(tasks: int = 10_000, completed: int = 200) -> None:
    """Measure an instance with many open tasks: to open them, and to complete one."""
    world = World(PARALLEL)
    delta = world.run(StartInstance("p", "root"), None)
    measure(f"open {tasks:,} parallel tasks in one instance", tasks, lambda: world.run(StartInstance("p", "x"), None))
    task_ids = [task.id for task in delta.tasks_created]
    state = delta.state

    def complete(with_json: bool) -> None:
        nonlocal state
        for _ in range(completed):
            stored = json.loads(json.dumps(state)) if with_json else state
            state = world.run(CompleteExternalTask(task_ids.pop()), stored).state

    measure(f"complete one of {tasks:,} parallel tasks", completed, lambda: complete(False))
    measure("  … with the state read and written as JSON", completed, lambda: complete(True))


def main() -> None:
    """Print all figures."""
    start_and_complete()
    automatic_loop()
    parallel_tasks()
    loop_of_tasks()


if __name__ == "__main__":
    main()

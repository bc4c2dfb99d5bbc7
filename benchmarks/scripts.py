"""What a script task costs beside one in JUEL: `python -m benchmarks.scripts`.

One process instance is started again and again in memory, without a database: start → two script tasks → end.
"""

from __future__ import annotations

from itertools import count
from time import perf_counter

from app.bpmn.commands import StartInstance
from app.bpmn.context import RunContext
from app.bpmn.execution import run
from app.bpmn.graph import Process
from app.bpmn.parser import parse
from app.bpmn.values import from_python
from app.scripting import JavaScript

TASKS = 2
ROUNDS = 1000
TEXTS = {
    "JUEL": ("juel", "${n + 1}"),
    "JavaScript, a sum": ("javascript", "n + 1"),
    "JavaScript, an object": (
        "javascript",
        "if (n &gt; 3) { JSON.stringify({a: n * 2, t: `x ${text}`}) } else { 'le' }",
    ),
    "JavaScript, getVariable and setVariable": (
        "javascript",
        "execution.setVariable('x', {a: n}); execution.getVariable('text')",
    ),
}


class OneProcess:
    """The definitions of a run: one."""

    def __init__(self, language: str, text: str) -> None:
        tasks = "".join(
            f'<scriptTask id="t{n}" scriptFormat="{language}" camunda:resultVariable="r"><script>{text}</script>'
            f'</scriptTask><sequenceFlow id="f{n}" sourceRef="t{n}" targetRef="t{n + 1}"/>'
            for n in range(TASKS)
        )
        xml = (
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="b" '
            'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"><process id="p" isExecutable="true">'
            f'<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t0"/>{tasks}'
            f'<endEvent id="t{TASKS}"/></process></definitions>'
        )
        self.process = parse(xml.encode()).processes[0]

    def get(self, definition_id: str) -> Process:
        """Return the process."""
        return self.process

    def called(self, element: object) -> tuple[str, Process]:
        """Return the process."""
        return "p", self.process


def task_us(language: str, text: str, scripts: JavaScript) -> float:
    """Return the microseconds of one task in the fastest round: other work on the machine does not count."""
    definitions, ids = OneProcess(language, text), count()
    variables = {"n": from_python(5), "text": from_python("hello")}
    spent = []
    for _ in range(ROUNDS):
        context = RunContext(definitions, 0, lambda: f"id{next(ids)}", scripts=scripts)
        began = perf_counter()
        run(StartInstance("p", "root", None, dict(variables)), None, context)
        spent.append(perf_counter() - began)
    return min(spent) / TASKS * 1e6


def main() -> None:
    """Measure and print a line for each kind of task."""
    scripts = JavaScript()
    base = task_us(*TEXTS["JUEL"], scripts)
    for name, (language, text) in TEXTS.items():
        cost = task_us(language, text, scripts)
        print(f"{name:42} {cost:7.1f} µs a task, {cost - base:+7.1f} µs")


if __name__ == "__main__":
    main()

"""The migration doctor says of every file whether it runs, and why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bpmn.limits import Limits
from app.doctor import Row, markdown, report
from tests.dmn.builders import decision, definitions, literal

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="test"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="defs">
<process id="{key}" isExecutable="{executable}">
  <startEvent id="s"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="t"/>
  {task}
</process></definitions>"""
EXTERNAL = '<serviceTask id="t" camunda:type="external" camunda:topic="x"/>'
DELEGATE = '<serviceTask id="t" camunda:class="a.B"/>'
REASON = (
    "camunda:class on serviceTask: the Java class 'a.B' cannot run here; make it an external task "
    '(camunda:type="external" with camunda:topic) and do the work in a worker'
)
LOOP = '<userTask id="t"><standardLoopCharacteristics/></userTask>'
REMARK = "standardLoopCharacteristics has no effect, as in Camunda: the activity runs once"


def write(folder: Path, name: str, task: str, executable: str = "true") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(MODEL.format(key=path.name.split(".")[0], task=task, executable=executable))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "a.bpmn", EXTERNAL)
    write(tmp_path, "inner/b.bpmn20.xml", DELEGATE)
    write(tmp_path, "c.bpmn", LOOP)
    write(tmp_path, "d.bpmn", EXTERNAL, "false")
    write(tmp_path, "readme.txt", EXTERNAL)
    (tmp_path / "e.bpmn").write_text("no XML")
    (tmp_path / "inner" / "f.bpmn").mkdir()
    return tmp_path


def test_every_model_of_a_folder_gets_a_verdict(folder: Path) -> None:
    assert [(row.name, row.verdict, row.processes) for row in report([folder])] == [
        ("a.bpmn", "runs", ("a",)),
        ("c.bpmn", "runs, with remarks", ("c",)),
        ("d.bpmn", "nothing to run", ()),
        ("e.bpmn", "refused", ()),
        ("inner/b.bpmn20.xml", "refused", ()),
    ]


DECIDING = '<businessRuleTask id="t" camunda:decisionRef="{}"/>'


def test_decisions_are_read_and_missed(tmp_path: Path) -> None:
    write(tmp_path, "a.bpmn", DECIDING.format("grades"))
    write(tmp_path, "b.bpmn", DECIDING.format("gone"))
    write(tmp_path, "c.bpmn", DECIDING.format("${name}"))
    (tmp_path / "d.dmn").write_bytes(definitions(decision("grades", literal("1"))))
    (tmp_path / "e.dmn").write_bytes(definitions(decision("broken", literal("1 +"))))
    (tmp_path / "f.dmn").write_bytes(definitions())
    rows = report([tmp_path])

    assert [(row.name, row.verdict, row.processes + row.decisions) for row in rows] == [
        ("a.bpmn", "runs", ("a",)),
        ("b.bpmn", "runs, with remarks", ("b",)),
        ("c.bpmn", "runs", ("c",)),
        ("d.dmn", "runs", ("grades",)),
        ("e.dmn", "refused", ()),
        ("f.dmn", "nothing to run", ()),
    ]
    assert rows[1].text.splitlines()[1:] == [
        "  remark  t: The decision 'gone' is in none of these files: deploy it, too"
    ]
    assert rows[4].text.splitlines()[1:] == [
        "  error   line 1, broken: The expression '1 +' cannot be used: unexpected end"
    ]


def test_a_file_is_read_whatever_its_name(folder: Path) -> None:
    assert [row.name for row in report([folder / "readme.txt", folder / "a.bpmn"])] == ["readme.txt", "a.bpmn"]


def test_a_refused_model_names_line_element_and_construct(folder: Path) -> None:
    (row,) = report([folder / "inner" / "b.bpmn20.xml"])
    assert row.text == (f"b.bpmn20.xml: refused\n  error   line 6, t: {REASON}")


def test_a_huge_file_is_refused_without_being_read_whole(folder: Path) -> None:
    with (folder / "g.bpmn").open("wb") as stream:
        stream.truncate(10_000_000_000)
    (row,) = report([folder / "g.bpmn"], Limits(bytes=1000))
    assert [problem.construct for problem in row.problems] == ["size"]


def test_the_table_counts_and_escapes(folder: Path) -> None:
    lines = markdown([*report([folder / "inner" / "b.bpmn20.xml", folder / "c.bpmn"]), Row("x|y.bpmn")]).splitlines()
    assert lines == [
        "3 models: 2 run, 1 are refused.",
        "",
        "| refused because of | models |",
        "|---|---|",
        "| `camunda:class` | 1 |",
        "",
        "| model | verdict | reasons |",
        "|---|---|---|",
        f"| `b.bpmn20.xml` | refused | t: {REASON} |",
        f"| `c.bpmn` | runs, with remarks | t: {REMARK} |",
        "| `x y.bpmn` | nothing to run |  |",
    ]

"""Models of 5Minds: conditions and scripts are JavaScript over `token`."""

from __future__ import annotations

from typing import Any

import pytest

from app.bpmn.parser import parse
from app.bpmn.surroundings import Surroundings
from app.errors import EngineFailed, ModelRefused
from tests.bpmn.builders import (
    boundary,
    call,
    definitions,
    end,
    error,
    exclusive,
    external,
    parallel,
    process,
    start,
    subprocess,
    user,
)
from tests.bpmn.driver import SCRIPTS, Instance, Model


def function(id: str, body: str) -> str:
    """Return a script task as 5Minds' editor writes it."""
    return f'<scriptTask id="{id}"><script><![CDATA[{body}]]></script></scriptTask>'


def flow(source: str, target: str, condition: str) -> str:
    """Return a flow with a condition over the token."""
    inside = f"<conditionExpression><![CDATA[{condition}]]></conditionExpression>"
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def begin(elements: list[str], flows: str, variables: dict[str, Any] | None = None, **command: Any) -> Instance:
    """Start an instance of a process of these elements."""
    return Model(definitions(process("p", [start(), *elements], flows))).start("p", variables, **command)


def visible(instance: Instance) -> dict[str, Any]:
    """Return the variables without what nodes have left behind."""
    return {name: value for name, value in instance.seen_variables.items() if not name.startswith("token.history.")}


def made(body: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    """Run one script task and return the variables."""
    return visible(begin([function("a", body), user("u")], "start>a a>u", variables))


@pytest.mark.parametrize(
    ("body", "variables"),
    [
        ("return {m: token.current.n * 2}", {"n": 3, "m": 6}),
        ("return token.history.start.n + 1", {"n": 3, "result": 4}),
        ("return {m: this.current.n, who: identity.userId}", {"n": 3, "m": 3, "who": None}),
        ("const x = token.current.n; console.log(x);", {"n": 3}),
        ("return [token.current.n]", {"n": 3, "result": [3]}),
    ],
)
def test_a_script_makes_the_next_token(body: str, variables: dict[str, Any]) -> None:
    assert made(body, {"n": 3}) == variables


def test_each_node_sees_what_the_one_before_it_left_and_all_that_others_did() -> None:
    elements = [function("a", "return 1;"), function("b", "return token.current + 1;"), external("w")]
    elements += [
        function("c", "return {seen: [token.current, token.history.a, token.history.b, token.history.c]}"),
        user("u"),
    ]
    instance = begin(elements, "start>a a>b b>w w>c c>u")
    instance.complete("w", {"done": True})
    assert visible(instance)["seen"] == [{"done": True}, 1, 2, None]


def test_a_script_without_a_value_leaves_an_empty_token() -> None:
    elements = [function("a", "console.log(token.current)"), function("b", "return {t: token.current}"), user("u")]
    assert visible(begin(elements, "start>a a>b b>u", {"n": 1})) == {"n": 1, "t": {}}


def test_the_fields_of_a_form_are_there_by_both_ways() -> None:
    body = "return {x: token.current.confirm + token.history.f.form_fields.confirm}"
    instance = begin([user("f"), function("a", body), user("u")], "start>f f>a a>u")
    instance.complete("f", {"confirm": "yes"})
    assert visible(instance) == {"confirm": "yes", "x": "yesyes"}


CHOICES = [exclusive("g"), user("yes"), user("no"), user("other")]


@pytest.mark.parametrize(
    ("condition", "taken"),
    [
        ("token.current.n === 3", "yes"),
        ("this.current.n == '3';", "yes"),
        ("token.history.start.n > 2", "yes"),
        ("token.current.n", "yes"),
        ("token.current.nothere.deeper === 1", "other"),
        ("token.current.n === 4", "other"),
    ],
)
def test_a_condition_is_the_value_of_a_function_and_one_that_throws_does_not_hold(condition: str, taken: str) -> None:
    elements = [*CHOICES, flow("g", "yes", condition), flow("g", "no", "token.current.n === 99")]
    assert begin(elements, "start>g g>other*", {"n": 3}).active() == [taken]


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("token.current.n > 1", "token.current.n > 2", "More than one condition behind 'g' holds: 'g_yes', 'g_no'."),
        ("token.current.n > 8", "token.current.n > 9", "No outgoing sequence flow for the element with id 'g'"),
    ],
)
def test_not_exactly_one_condition_is_an_error(first: str, second: str, message: str) -> None:
    with pytest.raises(EngineFailed, match=message):
        begin([*CHOICES[:3], flow("g", "yes", first), flow("g", "no", second)], "start>g", {"n": 3})


def test_what_a_script_throws_is_an_error_that_the_model_catches_by_its_name() -> None:
    body = "throw new TypeError('no such thing: ' + token.current.n)"
    caught = error("TypeError", 'camunda:errorMessageVariable="said"')
    elements = [function("a", body), boundary("b", "a", caught), user("u"), end()]
    model = definitions(process("p", [start(), *elements], "start>a a>end b>u"), errors=("TypeError",))
    instance = Model(model).start("p", {"n": 1})
    assert (instance.active(), visible(instance)) == (["u"], {"n": 1, "said": "no such thing: 1"})


def test_what_a_script_throws_and_nobody_catches_ends_the_instance() -> None:
    instance = begin([function("a", "throw new Error('no ' + token)"), user("u")], "start>a a>u")
    assert instance.ended_instances == {"root": "INTERNALLY_TERMINATED"}


def test_a_branch_sees_its_own_token() -> None:
    elements = [
        parallel("f"),
        function("a", "return 'a' + token.current.n"),
        function("b", "return 'b' + token.current.n"),
    ]
    elements += [
        function("c", "return {c: token.current}"),
        function("d", "return {d: token.current}"),
        user("u"),
        user("v"),
    ]
    instance = begin(elements, "start>f f>a f>b a>c b>d c>u d>v", {"n": 1})
    assert (visible(instance)["c"], visible(instance)["d"]) == ("a1", "b1")


def test_a_subprocess_leaves_what_its_end_was_reached_with() -> None:
    inside = subprocess("s", [start("s1"), function("a", "return {x: token.current.n + 1}"), end("e1")], "s1>a a>e1")
    elements = [inside, function("b", "return {seen: token.current.x}"), user("u")]
    assert visible(begin(elements, "start>s s>b b>u", {"n": 1})) == {"n": 1, "x": 2, "seen": 2}


def test_a_called_process_begins_with_the_token_and_gives_its_own_back() -> None:
    called = process("q", [start(), function("a", "return {x: token.current.n + 1}"), end()], "start>a a>end")
    elements = [start(), call("c", "q"), function("b", "return {seen: token.current.x}"), user("u")]
    caller = process("p", elements, "start>c c>b b>u")
    model = Model(definitions(caller), definitions(called))
    assert visible(model.start("p", {"n": 1})) == {"n": 1, "x": 2, "seen": 2}


def test_a_topic_may_be_calculated() -> None:
    instance = begin([external("w", topic="token.current.kind + '-topic'"), end()], "start>w w>end", {"kind": "mail"})
    assert [task.topic for task in instance.deltas[0].tasks_created] == ["mail-topic"]


STUDIO = b'exporter="BPMN Studio" id='


def studio(*elements: str, key: str = "p") -> bytes:
    """Return a file of 5Minds' editor."""
    return definitions(process(key, list(elements), "")).replace(b"id=", STUDIO, 1)


def test_files_of_five_minds_may_start_in_several_ways_and_have_a_space_in_their_names() -> None:
    xml = studio(start("one"), start("two"), key="Move Tower")
    assert [process.key for process in parse(xml).processes] == ["Move Tower"]
    with pytest.raises(ModelRefused):
        parse(xml.replace(b"BPMN Studio", b"Camunda Modeler"))


def test_what_their_engine_does_not_look_at_does_not_matter() -> None:
    default = flow("g", "yes", "token.current.x").replace("g_yes", "d")
    gateway = '<exclusiveGateway id="g" default="d"/>'
    body = [
        start(),
        gateway,
        user("yes"),
        user("no"),
        default,
        flow("g", "no", "token.current.n"),
        flow("start", "g", " "),
    ]
    assert Model(studio(*body)).start("p", {"n": 1}).active() == ["no"]


def test_the_answer_says_how_a_model_is_read() -> None:
    xml = definitions(process("p", [start(), function("a", "return token.current"), end()], "start>a a>end"))
    message = "The model is read as one of 5Minds: its conditions and scripts are JavaScript over `token`"
    assert [warning.message for warning in parse(xml).warnings] == [message]


def test_a_body_that_is_none_is_refused() -> None:
    xml = definitions(process("p", [start(), function("a", "return token.("), end()], "start>a a>end"))
    with pytest.raises(ModelRefused) as refused:
        parse(xml, surroundings=Surroundings(script_problem=SCRIPTS.problem))
    assert refused.value.problems[0].message.startswith("The script cannot run: SyntaxError")


def test_a_mere_text_in_a_script_task_of_camunda_is_a_remark() -> None:
    xml = definitions(process("p", [start(), function("a", "do it"), end()], "start>a a>end"))
    message = "A script without scriptFormat and without ${…} is a mere text: it does nothing, as in Camunda"
    assert [warning.message for warning in parse(xml).warnings] == [message]


def test_a_send_task_with_a_message_passes_with_a_remark() -> None:
    task = '<sendTask id="a" messageRef="m"/><sequenceFlow id="f1" sourceRef="start" targetRef="a"/>'
    xml = studio(start(), task, user("u"), '<sequenceFlow id="f2" sourceRef="a" targetRef="u"/>')
    xml = xml.replace(b"<process", b'<message id="m" name="M"/><process', 1)
    message = "A sendTask of 5Minds passes like a message throw event: nobody is sent its message"
    assert message in [warning.message for warning in parse(xml).warnings]
    assert Model(xml).start("p").active() == ["u"]

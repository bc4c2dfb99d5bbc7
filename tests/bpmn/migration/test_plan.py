"""Plans: what is proposed between two versions, and what is refused. The words are Camunda's."""

from __future__ import annotations

import pytest

from tests.bpmn import builders as b
from tests.bpmn.migration.models import between, one, plan, version

TIMER = b.boundary("late", "a", b.timer("PT1H"))
EMPTY = one(b.user("a"))


def test_equal_ids_in_equal_scopes_are_proposed() -> None:
    inner = [b.start("is"), b.user("c"), b.end("ie")]
    first = version([b.start(), b.user("a"), b.subprocess("sub", inner, "is>c c>ie"), b.end()], "start>a a>sub sub>end")
    assert between(first, first).generate() == [["a", "a", False], ["sub", "sub", False], ["c", "c", False]]


def test_what_moves_into_a_subprocess_is_not_proposed_but_may_be_asked_for() -> None:
    inner = [b.start("is"), b.user("a"), b.end("ie")]
    second = version([b.start(), b.subprocess("sub", inner, "is>a a>ie"), b.end()], "start>sub sub>end")
    instance = between(EMPTY, second)
    assert instance.generate() == []
    assert instance.check(plan("a")) == []


def test_gateways_that_only_choose_and_plain_events_are_not_proposed() -> None:
    elements = [b.start(), b.exclusive("x"), b.parallel("fork"), b.user("a"), b.user("c"), b.parallel("join"), b.end()]
    model = version(elements, "start>x x>fork fork>a fork>c a>join c>join join>end")
    assert [source for source, _, _ in between(model, model).generate()] == ["fork", "a", "c", "join"]


def test_an_error_boundary_event_is_not_proposed_but_may_be_mapped() -> None:
    model = one(b.user("a"), b.boundary("oops", "a", b.error("E")))
    instance = between(model, model)
    assert instance.generate() == [["a", "a", False]]
    assert instance.check(plan("a", "oops")) == []


def test_triggers_are_updated_on_request_and_those_of_conditions_always() -> None:
    model = one(b.user("a"), TIMER, b.boundary("when", "a", b.condition("${x == 1}")))
    instance = between(model, model)
    assert instance.generate() == [["a", "a", False], ["late", "late", False], ["when", "when", True]]
    assert instance.generate(update_event_triggers=True)[1:] == [["late", "late", True], ["when", "when", True]]


def test_a_process_level_start_event_is_proposed_only_if_a_job_goes_on_there() -> None:
    plain = version([b.start(), b.user("a"), b.end()], "start>a a>end")
    later = plain.replace('<startEvent id="start"', '<startEvent id="start" camunda:asyncBefore="true"')
    assert between(plain, plain).generate() == [["a", "a", False]]
    assert between(later, later).generate() == [["start", "start", False], ["a", "a", False]]


def test_compensation_handlers_are_not_proposed_but_their_events_are() -> None:
    model = one(b.user("a"), b.boundary("undo", "a", b.compensate()), b.handler("h"), b.association("undo", "h"))
    assert between(model, model).generate() == [["a", "a", False], ["undo", "undo", False]]


REPEATED = one(b.user("a", inner=b.multi_instance(cardinality="2")))
SEQUENTIAL = one(b.user("a", inner=b.multi_instance(cardinality="2", sequential=True)))
SCOPE = "The source activity's event scope (a)"
BODY = "a#multiInstanceBody"
NOT_MAPPED = f"Target activity 'a' is a descendant of multi-instance body '{BODY}' that is not mapped from the source "


@pytest.mark.parametrize(
    ("first", "second", "instructions", "refused"),
    [
        (EMPTY, EMPTY, ["q>r"], {"q>r": ["Source activity 'q' does not exist", "Target activity 'r' does not exist"]}),
        (EMPTY, EMPTY, ["start", "end"], {}),
        (
            EMPTY,
            one(b.external("a")),
            ["a"],
            {
                "a>a": [
                    "Activities have incompatible types "
                    "(UserTaskActivityBehavior is not compatible with ExternalTaskActivityBehavior)"
                ]
            },
        ),
        (
            EMPTY,
            EMPTY,
            ["a!"],
            {"a>a": ["Cannot update event trigger because the activity does not define a persistent event trigger"]},
        ),
        (REPEATED, EMPTY, ["a"], {}),
        (EMPTY, REPEATED, ["a"], {"a>a": [f"{NOT_MAPPED}process definition."]}),
        (
            REPEATED,
            SEQUENTIAL,
            [BODY, "a"],
            {
                f"{BODY}>{BODY}": [
                    "Activities have incompatible types (ParallelMultiInstanceActivityBehavior is not "
                    "compatible with SequentialMultiInstanceActivityBehavior)"
                ]
            },
        ),
        (
            REPEATED,
            REPEATED,
            [BODY],
            {
                f"{BODY}>{BODY}": [
                    "Must map the inner activity of a multi-instance body when the body is mapped",
                    "Cannot remove the inner activity of a multi-instance body when the body is mapped",
                ]
            },
        ),
        (
            one(b.user("a"), TIMER),
            one(b.user("a"), b.boundary("late", "a", b.message("M"))),
            ["a", "late"],
            {"late>late": ["Events are not of the same type (boundaryTimer != boundaryMessage)"]},
        ),
        (
            one(b.user("a"), TIMER),
            one(b.user("a"), TIMER),
            ["late"],
            {
                "late>late": [
                    "The source activity's event scope (a) must be mapped to the target activity's event scope (a)"
                ]
            },
        ),
        (
            one(b.user("a"), b.boundary("when", "a", b.condition("${x}"))),
            one(b.user("a"), b.boundary("when", "a", b.condition("${x}"))),
            ["a", "when"],
            {"when>when": ["Conditional event has to migrate with update event trigger."]},
        ),
        (
            one(b.receive("a", "M")),
            one(b.receive("a")),
            ["a"],
            {
                "a>a": [
                    "The source activity's event scope (a) must be mapped but the target activity has no event scope"
                ]
            },
        ),
    ],
)
def test_an_instruction_is_refused_for(
    first: str, second: str, instructions: list[str], refused: dict[str, list[str]]
) -> None:
    found = between(first, second).check(plan(*instructions))
    assert {f"{source}>{target}": failures for (source, target, _), failures in found} == refused


def test_two_instructions_for_one_activity_are_both_refused() -> None:
    second = version([b.start(), b.user("a"), b.user("c"), b.end()], "start>a a>c c>end")
    found = between(EMPTY, second).check(plan("a", "a>c"))
    shown = "ValidatingMigrationInstructionImpl{sourceActivity=Activity(a), targetActivity=Activity({})}"
    both = ", ".join(shown.replace("{}", id) for id in ("a", "c"))
    text = f"There are multiple mappings for source activity id 'a': {both}"
    assert found == [[["a", "a", False], [text]], [["a", "c", False], [text]]]


def test_a_join_does_not_lose_flows_and_takes_the_tokens_of_one() -> None:
    def forked(branches: str) -> str:
        tasks = [b.user(id) for id in branches]
        flows = "start>fork join>end " + " ".join(f"fork>{id} {id}>join" for id in branches)
        return version([b.start(), b.parallel("fork"), *tasks, b.parallel("join"), b.end()], flows)

    found = between(forked("acd"), forked("ac")).check(plan("a", "join"))
    few = "The target gateway must have at least the same number of incoming sequence flows that the source gateway has"
    assert found == [[["join", "join", False], [few]]]
    assert between(forked("ac"), forked("acd")).check(plan("a", "join")) == []
    mixed = between(forked("ac"), forked("ac")).check(plan("join", "fork>join"))
    only = "Only one gateway can be mapped to gateway 'join'"
    assert mixed == [[["join", "join", False], [only]], [["fork", "join", False], [only]]]


def test_nothing_leaves_a_scope_that_goes_on() -> None:
    inner = [b.start("is"), b.user("a"), b.end("ie")]
    nested = version([b.start(), b.subprocess("sub", inner, "is>a a>ie"), b.end()], "start>sub sub>end")
    spared = version(
        [b.start(), b.user("a"), b.subprocess("sub", [b.start("is"), b.end("ie")], "is>ie"), b.end()],
        "start>a a>sub sub>end",
    )
    text = "The closest mapped ancestor 'sub' is mapped to scope 'sub' which is not an ancestor of target scope 'a'"
    assert between(nested, spared).check(plan("sub", "a")) == [[["a", "a", False], [text]]]

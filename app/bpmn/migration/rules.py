"""What an instruction must fulfil, one function a rule; each returns what is wrong, in Camunda's words.

Source: `org.camunda.bpm.engine.impl.migration.validation.instruction` of Camunda 7.24.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.bpmn.migration.activities import Activities, Activity
from app.bpmn.migration.behaviours import CONDITIONAL, behaviour, is_passive_event
from app.bpmn.migration.plan import Pair, Pairs
from app.bpmn.vocabulary import EventType

Rule = Callable[[Pair, Pairs], Iterator[str]]

_EQUIVALENT = frozenset(("SubProcessActivityBehavior", "EventSubProcessActivityBehavior"))
_SHOWN = 20
"""Instructions of one activity that a refusal names: each of them is refused, and would name all others."""


def same_behaviour(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """An activity stays of its kind."""
    source, target = behaviour(pair.source, pairs.source), behaviour(pair.target, pairs.target)
    if source != target and not {source, target} <= _EQUIVALENT:
        yield f"Activities have incompatible types ({source} is not compatible with {target})"


def same_event_type(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """An event that watches a scope keeps its type."""
    source, target = pair.source.flow_node.type, pair.target.flow_node.type
    events = is_passive_event(pair.source, pairs.source) and is_passive_event(pair.target, pairs.target)
    if events and source != target:
        yield f"Events are not of the same type ({source} != {target})"


def mapped_once(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """An activity has one instruction."""
    found = pairs.from_source(pair.source)
    if len(found) > 1:
        shown = [_shown(each) for each in found[:_SHOWN]] + ["…"] * (len(found) > _SHOWN)
        yield f"There are multiple mappings for source activity id '{pair.source.id}': {', '.join(shown)}"


def _shown(pair: Pair) -> str:
    source, target = pair.source.id, pair.target.id
    return f"ValidatingMigrationInstructionImpl{{sourceActivity=Activity({source}), targetActivity=Activity({target})}}"


def no_new_body(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """Nothing becomes multi-instance."""
    scope = pairs.target.flow_scope(pair.target)
    while scope is not None and not pairs.to_target(scope):
        if scope.is_body:
            yield (
                f"Target activity '{pair.target.id}' is a descendant of multi-instance body '{scope.id}' "
                "that is not mapped from the source process definition."
            )
            return
        scope = pairs.target.flow_scope(scope)


def new_body_with_inner_activity(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """What a body repeats comes with it."""
    if pair.target.is_body and not pairs.to_target(pairs.target.of(pair.target.flow_node)):
        yield "Must map the inner activity of a multi-instance body when the body is mapped"


def body_keeps_inner_activity(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """What a body repeats goes with it."""
    if pair.source.is_body and not pairs.from_source(pairs.source.of(pair.source.flow_node)):
        yield "Cannot remove the inner activity of a multi-instance body when the body is mapped"


def gateway(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """Tokens that wait at a gateway stay in their scope, do not become too many, and do not mix."""
    if not pair.target.flow_node.behaviour.joins or pair.target.is_body:
        return
    if len(pair.source.flow_node.incoming) > len(pair.target.flow_node.incoming):
        yield (
            "The target gateway must have at least the same number "
            "of incoming sequence flows that the source gateway has"
        )
    scope = pairs.source.flow_scope(pair.source)
    if scope is not None and scope is not pairs.source.root and not pairs.from_source(scope):
        yield f"The gateway's flow scope '{scope.id}' must be mapped"
    if len(pairs.to_target(pair.target)) > 1:
        yield f"Only one gateway can be mapped to gateway '{pair.target.id}'"


def same_event_scope(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """An event goes where the scope goes in which it listens."""
    node = pair.source.flow_node
    scope = pairs.source.event_scope(pair.source)
    compensates = node.attached_to is not None and node.event.type is EventType.COMPENSATE
    if compensates or scope is None or scope is pairs.source.flow_scope(pair.source):
        return
    target_scope = pairs.target.event_scope(pair.target)
    if target_scope is None:
        yield (
            f"The source activity's event scope ({scope.id}) must be mapped but the target activity has no event scope"
        )
    elif _mapped(scope, pairs) is not target_scope:
        yield (
            f"The source activity's event scope ({scope.id}) "
            f"must be mapped to the target activity's event scope ({target_scope.id})"
        )


def _mapped(scope: Activity, pairs: Pairs) -> Activity | None:
    if scope is pairs.source.root:
        return pairs.target.root
    found = pairs.from_source(scope)
    return found[0].target if found else None


def has_trigger_to_update(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """Only an event that waits can be given a new name or due date."""
    if pair.update_event_trigger and not has_trigger(pair.source, pairs.source):
        yield "Cannot update event trigger because the activity does not define a persistent event trigger"


def has_trigger(activity: Activity, activities: Activities) -> bool:
    """Tell whether an activity waits in some scope with a job or a subscription."""
    return activity.has_trigger and activities.event_scope(activity) is not None


def stays_within_mapped_scope(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """What is inside a scope that goes on stays inside it."""
    scope = pairs.source.flow_scope(pair.source)
    while scope is not None and not pairs.from_source(scope):
        scope = pairs.source.flow_scope(scope)
    if scope is not None:
        target = pairs.from_source(scope)[0].target
        if not pairs.target.is_around(target, pair.target):
            yield (
                f"The closest mapped ancestor '{scope.id}' is mapped to scope '{target.id}' "
                f"which is not an ancestor of target scope '{pair.target.id}'"
            )


def conditional_is_updated(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """A conditional event always takes the target's condition."""
    if behaviour(pair.source, pairs.source) in CONDITIONAL and not pair.update_event_trigger:
        yield "Conditional event has to migrate with update event trigger."


RULES: tuple[Rule, ...] = (
    same_behaviour,
    same_event_type,
    mapped_once,
    no_new_body,
    new_body_with_inner_activity,
    body_keeps_inner_activity,
    gateway,
    same_event_scope,
    has_trigger_to_update,
    stays_within_mapped_scope,
    conditional_is_updated,
)
"""In the order in which Camunda reports."""


def failures(pair: Pair, pairs: Pairs, rules: tuple[Rule, ...] = RULES) -> tuple[str, ...]:
    """Return what is wrong with an instruction among others."""
    return tuple(failure for rule in rules for failure in rule(pair, pairs))

"""The instructions that Camunda proposes between two processes: equal ids in equal scopes, as far as they are valid."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from app.bpmn.migration import rules
from app.bpmn.migration.activities import Activities, Activity
from app.bpmn.migration.behaviours import CONDITIONAL, SUPPORTED, behaviour, is_async, is_passive_event
from app.bpmn.migration.plan import Instruction, Pair, Pairs
from app.bpmn.migration.rules import RULES, Rule, failures, has_trigger
from app.bpmn.vocabulary import EventType

_MET_LATER: tuple[Rule, ...] = (rules.new_body_with_inner_activity, rules.body_keeps_inner_activity)
_WHILE_GENERATING = tuple(rule for rule in RULES if rule not in _MET_LATER)
_UNSETTLED = 3
"""Rounds until an instruction depends on settled ones alone: an event on its host, the host on its scope."""
_PROPOSED_EVENTS = frozenset(
    (EventType.MESSAGE, EventType.SIGNAL, EventType.TIMER, EventType.COMPENSATE, EventType.CONDITIONAL)
)


def generate(source: Activities, target: Activities, *, update_event_triggers: bool = False) -> list[Instruction]:
    """Return instructions for activities with equal ids whose scopes are matched too.

    `update_event_triggers` sets the flag wherever an event waits; conditional events have it always. Source:
    `DefaultMigrationInstructionGenerator`.
    """
    pairs = Pairs(source, target)
    recent: deque[list[Pair]] = deque(maxlen=_UNSETTLED)
    pending = [Pair(source.root, target.root)]
    while pending:
        scopes = pending.pop()
        if scopes.source is not source.root and scopes not in pairs.all:
            continue
        inside = _propose(pairs, source.inside(scopes.source), target.inside(scopes.target), update_event_triggers)
        events = source.listening(scopes.source), target.listening(scopes.target)
        recent.append(inside + _propose(pairs, *events, update_event_triggers))
        _refuse(pairs, recent)
        pending.extend(reversed(inside))
    return [pair.instruction for pair in pairs.all if not failures(pair, pairs)]


def _refuse(pairs: Pairs, recent: Iterable[list[Pair]]) -> None:
    """Take out what is not valid among all. Whatever has stood a few rounds stands: it depends on older ones alone."""
    proposed = [pair for round in recent for pair in round if pair in pairs.all]
    for pair in [pair for pair in proposed if failures(pair, pairs, _WHILE_GENERATING)]:
        pairs.remove(pair)


def _propose(pairs: Pairs, sources: list[Activity], targets: list[Activity], update: bool) -> list[Pair]:
    found = _matches(sources, targets, pairs, update)
    for pair in found:
        pairs.add(pair)
    return found


def _matches(sources: list[Activity], targets: list[Activity], pairs: Pairs, update: bool) -> list[Pair]:
    candidates = {activity.id: activity for activity in targets if _is_proposed(activity, pairs.target)}
    return [
        Pair(activity, candidates[activity.id], _updates(activity, pairs.source, update))
        for activity in sources
        if activity.id in candidates and not pairs.from_source(activity) and _is_proposed(activity, pairs.source)
    ]


def _updates(activity: Activity, activities: Activities, update: bool) -> bool:
    return behaviour(activity, activities) in CONDITIONAL or (update and has_trigger(activity, activities))


def _is_proposed(activity: Activity, activities: Activities) -> bool:
    """Tell whether tokens or jobs can be at an activity, and an instance of it can migrate."""
    node = activity.flow_node
    supported = behaviour(activity, activities) in SUPPORTED or is_async(activity)
    watches = is_passive_event(activity, activities)
    if watches and node.event.type not in _PROPOSED_EVENTS:
        return False
    return supported and not activities.is_compensation_handler(activity)

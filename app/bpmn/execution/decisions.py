"""Business rule tasks that ask a decision."""

from __future__ import annotations

from app.bpmn.decisions import RESULT_NAME, CalledDecision, DecisionResultHost
from app.bpmn.delta import DecisionEvaluated
from app.bpmn.execution.expressions import evaluate_text
from app.bpmn.execution.places import scope_at
from app.bpmn.execution.run import Run, Visit
from app.bpmn.execution.tokens import complete
from app.bpmn.expressions import to_number
from app.bpmn.values import Variable


def decide(run: Run, visit: Visit) -> None:
    """Evaluate the decision with what can be seen here; the mapped result goes to the result variable.

    The whole result is `decisionResult` until the task ends: for its output parameters.
    """
    place, node = visit.place, visit.node
    assert node.decision is not None
    run.check_time(place)
    answer = run.context.decisions.evaluate(
        _called(run, visit), run.variables.visible(place), run.now_ms, run.context.out_of_time
    )
    run.delta.decisions.append(
        DecisionEvaluated(node.id, visit.id, place.id, place.instance_id, place.definition_id, answer.evaluation)
    )
    shown = Variable("Object", DecisionResultHost(answer.rows), transient=True)
    run.variables.set_local(place, RESULT_NAME, shown)
    if node.result_variable is not None:
        run.variables.set(place, node.result_variable, answer.mapped(node.decision.mapping))
    complete(run, visit)


def _called(run: Run, visit: Visit) -> CalledDecision:
    definition, scope = visit.node.decision, scope_at(run, visit.place)
    assert definition is not None
    version = None if definition.version is None else int(to_number(definition.version.evaluate(scope)))
    return CalledDecision(
        key=evaluate_text(definition.decision, scope) or "",
        binding=definition.binding,
        version=version,
        version_tag=evaluate_text(definition.version_tag, scope),
        tenant_id=evaluate_text(definition.tenant_id, scope),
        caller_definition_id=visit.place.definition_id,
    )

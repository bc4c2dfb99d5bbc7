"""Models of 5Minds: what their scripts and conditions see as `token`, and what a flow node leaves behind.

Each node has a value: at first the one that came to it, once it has ended what it made of it. The values lie beside the
variables, one for a node (`token.history.<id>`), so a loop does not make them more. A script's value becomes variables
as well, as a worker's result does.
"""

from __future__ import annotations

from typing import Any

import orjson

from app.bpmn.execution.run import Run
from app.bpmn.execution.state import Execution
from app.bpmn.graph import Flow, Node
from app.bpmn.plain_json import HISTORY, from_variables, history_of, to_json, to_variables
from app.bpmn.scripts import UNDEFINED, Script, ScriptFailed
from app.bpmn.values import Variable, Variables
from app.errors import EngineFailed


def entered(run: Run, scope: Execution, node: Node, flow_id: str | None) -> None:
    """Note what comes to a node: what the node left behind that the token comes from."""
    if scope.process.reads_token:
        value = _incoming(run, scope, node, flow_id)
        keep(run, scope, node, value)
        run.last_tokens[scope.id] = value


def _incoming(run: Run, scope: Execution, node: Node, flow_id: str | None) -> Any:
    source = node.attached_to or next(iter(_senders(scope, node, flow_id)), None)
    kept = None if source is None else run.variables.find(scope, HISTORY + source)
    if kept is not None:
        return to_json(kept)
    return from_variables(run.variables.visible(scope))


def _senders(scope: Execution, node: Node, flow_id: str | None) -> list[str]:
    wanted = node.incoming if flow_id is None else (flow_id,)
    nodes = scope.process.nodes.values()
    return [other.id for other in nodes for flow in other.outgoing if flow.id in wanted]


def keep(run: Run, place: Execution, node: Node, value: Any) -> None:
    """Note the value of a node."""
    text = orjson.dumps(value).decode()
    run.variables.set_local(place.instance, HISTORY + node.id, Variable("Json", text))


def reported(run: Run, place: Execution, variables: Variables, *, form: bool = False) -> None:
    """Note what came back from a worker, or from a person's form (older engines of 5Minds call it `form_fields`)."""
    if place.process.reads_token and place.node is not None:
        value = from_variables(variables)
        if form and isinstance(value, dict):
            value = {**value, "form_fields": value}
        keep(run, place, place.node, value)


def token_at(run: Run, place: Execution, node: Node | None) -> dict[str, Any]:
    """Return the token that a node sees."""
    visible = run.variables.visible(place)
    history = history_of(visible)
    current = None if node is None else history.pop(node.id, None)
    return {"current": current, "history": history}


def calculated(run: Run, script: Script, place: Execution, node: Node | None) -> Any:
    """Call a function of 5Minds and return its value, `{}` for none. Raises ScriptFailed."""
    value = _called(run, script, place, node)
    return {} if value is UNDEFINED else value


def _called(run: Run, script: Script, place: Execution, node: Node | None) -> Any:
    engine = run.context.scripts
    if engine is None:
        raise EngineFailed("This server does not run scripts: ERRAND_SCRIPTS=off.")
    run.check_time(place)
    token = token_at(run, place, node)
    arguments = {"token": token, "identity": {"userId": run.context.user_id}}
    return engine.call(script.text, arguments, token, run.now_ms)


def holds(run: Run, script: Script, place: Execution, node: Node | None) -> bool:
    """Evaluate a condition as JavaScript sees truth; one that fails does not hold."""
    try:
        value = _called(run, script, place, node)
    except ScriptFailed:
        return False
    return value is not UNDEFINED and (isinstance(value, dict | list) or bool(value))


def became(run: Run, place: Execution, node: Node, value: Any) -> None:
    """Note what a script has made of the token, beside the variables and among them."""
    keep(run, place, node, value)
    run.variables.set_all(place, to_variables(value))


def choose(run: Run, node: Node, place: Execution) -> list[Flow]:
    """Return the flow behind an exclusive gateway whose condition holds, none if none does. Raises EngineFailed."""
    asked = [flow for flow in node.outgoing if flow.id != node.default_flow]
    chosen = [flow for flow in asked if _is_open(run, flow, place, node)]
    if len(chosen) > 1:
        found = ", ".join(f"'{flow.id}'" for flow in chosen)
        raise EngineFailed(f"More than one condition behind '{node.id}' holds: {found}.", activity_id=node.id)
    return chosen


def _is_open(run: Run, flow: Flow, place: Execution, node: Node) -> bool:
    return not isinstance(flow.condition, Script) or holds(run, flow.condition, place, node)


def left(run: Run, execution: Execution) -> None:
    """Note what the last token in a subprocess was; in a called process it becomes variables of the caller as well."""
    value = run.last_tokens.pop(execution.id, None)
    caller = execution.parent if execution.kind == "process" else execution
    if value is not None and caller is not None and caller.process.reads_token and caller.node is not None:
        keep(run, caller, caller.node, value)
        if execution.kind == "process":
            run.variables.set_all(caller, to_variables(value))


def handed_in(run: Run, place: Execution) -> Variables:
    """Return the variables that a called process begins with: the token of the caller."""
    return to_variables(token_at(run, place, place.node)["current"])

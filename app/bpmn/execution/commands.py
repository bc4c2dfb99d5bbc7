"""Carry out each command: the first change that it means; the steps that follow are worked off afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.bpmn import commands
from app.bpmn.execution import (
    activities,
    calls,
    conditions,
    ending,
    errors,
    escalations,
    events,
    listeners,
    mappings,
    modification,
    multi_instance,
    token_values,
    tokens,
    waits,
)
from app.bpmn.execution.hosts import ExternalTaskHost
from app.bpmn.execution.ids import execution_id
from app.bpmn.execution.places import PlaceScope
from app.bpmn.execution.run import Run, Visit
from app.bpmn.execution.state import Execution
from app.bpmn.execution.steps import work_off
from app.bpmn.graph import ErrorDefinition
from app.bpmn.states import JobKind, ProcessInstanceState, TaskOutcome
from app.bpmn.values import Variables
from app.bpmn.vocabulary import Behaviour
from app.errors import EngineFailed, ErrorNotCaught, ExpressionFailed, PropagationFailed, StepLimitReached

_SIGNALLED = (Behaviour.RECEIVE, Behaviour.EXTERNAL, Behaviour.USER, Behaviour.CATCH)


def start_instance(run: Run, command: commands.StartInstance) -> None:
    """Begin a root instance."""
    process = run.context.definitions.get(command.definition_id)
    instance = calls.open_instance(run, command.instance_id, command.definition_id, process, None, command.business_key)
    if command.instructions:
        run.delta.instances_started[0].start_activity_id = command.instructions[0].activity_id
        calls.equip_instance(run, instance, command.variables)
        _carry_out(run, instance, command.instructions, None)
        return
    start_id = command.start_activity_id or process.initial
    run.delta.instances_started[0].start_activity_id = start_id
    calls.start_instance(run, instance, command.variables, start_id)


def modify_instance(run: Run, command: commands.ModifyInstance) -> None:
    """Start and cancel activities of an instance, in the order given. Raises InvalidInput."""
    run.skip_io_mappings = command.skip_io_mappings
    _carry_out(run, run.find(command.instance_id), command.instructions, "modified")


def _carry_out(
    run: Run, instance: Execution, instructions: tuple[commands.StartInstruction, ...], reason: str | None
) -> None:
    """Carry out instructions; the instance ends afterwards if nothing is left in it."""
    run.preserved = instance
    for instruction in instructions:
        modification.carry_out(run, instance, instruction)
        work_off(run)
    run.preserved = None
    if instance.alive and run.tree.is_empty(instance):
        if run.preserved_ended:
            run.push("end scope", instance)
        else:
            modification.cancel_instance(run, instance, ProcessInstanceState.EXTERNALLY_TERMINATED, reason)


def _task(run: Run, task_id: str) -> Visit:
    """Return the visit of an open task. Raises EngineFailed."""
    return run.visit_of(run.find(execution_id(task_id)))


def _set_task_variables(run: Run, place: Execution, variables: Any, local_variables: Any = None) -> None:
    if variables:
        run.variables.set_all(place, variables)
    if local_variables:
        for name, variable in local_variables.items():
            run.variables.set_local(place, name, variable)


def complete_external_task(run: Run, command: commands.CompleteExternalTask) -> None:
    """Set variables, ask the error event definitions, leave the activity."""
    if command.policy is not None:
        run.context.unhandled_policy = command.policy
    visit = _task(run, command.task_id)
    _set_task_variables(run, visit.place, command.variables, command.local_variables)
    token_values.reported(run, visit.place, command.variables)
    thrown = _matching_error(run, visit, command)
    if thrown is None:
        tokens.complete(run, visit)
    else:
        _throw_defined(run, visit, thrown, command.error_message)


def fail_external_task(run: Run, command: commands.FailExternalTask) -> None:
    """Set variables and ask the error event definitions; an expression that fails counts as false here."""
    visit = _task(run, command.task_id)
    _set_task_variables(run, visit.place, command.variables, command.local_variables)
    thrown = _matching_error(run, visit, command, lenient=True)
    if thrown is not None:
        _throw_defined(run, visit, thrown, command.error_message)


def _matching_error(
    run: Run,
    visit: Visit,
    command: commands.CompleteExternalTask | commands.FailExternalTask,
    *,
    lenient: bool = False,
) -> ErrorDefinition | None:
    if not visit.node.error_definitions:
        return None
    scope = PlaceScope(run, visit.place, objects={"externalTask": ExternalTaskHost(_facts(run, visit, command))})
    for definition in visit.node.error_definitions:
        try:
            if definition.condition is not None and definition.condition.evaluate(scope) is True:
                return definition
        except ExpressionFailed:
            if not lenient:
                raise
    return None


def _facts(
    run: Run, visit: Visit, command: commands.CompleteExternalTask | commands.FailExternalTask
) -> dict[str, Any]:
    """Return what the error event definitions see of an external task."""
    place, process = visit.place, visit.place.process
    return {
        "id": command.task_id,
        "activityId": visit.node.id,
        "activityInstanceId": visit.id,
        "executionId": place.id,
        "workerId": command.worker_id,
        "errorMessage": command.error_message,
        "errorDetails": command.error_details,
        "retries": command.retries,
        "businessKey": run.business_key(place),
        "processInstanceId": place.instance_id,
        "processDefinitionId": place.definition_id,
        "processDefinitionKey": process.key,
        "processDefinitionVersionTag": process.version_tag,
        "extensionProperties": dict(visit.node.properties),
        "tenantId": run.context.tenant_id,
    }


def _throw_defined(run: Run, visit: Visit, definition: ErrorDefinition, message: str | None) -> None:
    run.outcomes[visit.place.id] = TaskOutcome.ERROR
    _propagate(run, visit, definition.code or "", message, run.context.unhandled_policy)


def raise_bpmn_error(run: Run, command: commands.RaiseBpmnError) -> None:
    """Throw a BPMN error from a task."""
    visit = _task(run, command.task_id)
    run.outcomes[visit.place.id] = TaskOutcome.ERROR
    _set_task_variables(run, visit.place, command.variables)
    _propagate(run, visit, command.code, command.message, command.policy, command.token_variables)


def _propagate(
    run: Run,
    visit: Visit,
    code: str,
    message: str | None,
    policy: commands.Policy,
    token_variables: Variables | None = None,
) -> None:
    """Throw an error and go on at once: whatever fails up to the next wait state is a failure of its propagation.

    Raises PropagationFailed, ErrorNotCaught, StepLimitReached.
    """
    try:
        errors.throw_error(run, visit, code, message, policy, token_variables)
        work_off(run)
    except (ErrorNotCaught, StepLimitReached):
        raise
    except EngineFailed as failure:
        raise PropagationFailed(code, failure) from failure


def raise_escalation(run: Run, command: commands.RaiseEscalation) -> None:
    """Throw an escalation from a user task; it stays unless an interrupting event catches. Raises EngineFailed."""
    visit = _task(run, command.task_id)
    _set_task_variables(run, visit.place, command.variables)
    if escalations.throw(run, visit, command.code) is None:
        raise EngineFailed(
            f"Execution with id '{visit.node.id}' throws an escalation event with escalationCode '{command.code}', "
            "but no escalation handler was defined."
        )


def complete_user_task(run: Run, command: commands.CompleteUserTask) -> None:
    """Set variables and leave the activity, unless it has ended already and only its task was left."""
    visit = _task(run, command.task_id)
    _set_task_variables(run, visit.place, command.variables, command.local_variables)
    token_values.reported(run, visit.place, command.variables, form=True)
    if errors.ended_before_its_task(run, visit):
        errors.leave_to_job(run, visit.place)
        return
    listeners.of_open_task(run, visit, "complete")
    if visit.is_alive:
        tokens.complete(run, visit)


def fire_job(run: Run, command: commands.FireJob) -> None:
    """Let a timer fire or an asynchronous continuation go on. Raises EngineFailed when there is no such job."""
    entry = run.jobs.entries.get(command.job_id)
    if entry is None:
        raise EngineFailed(f"There is no job '{command.job_id}' in process instance '{run.id}'.")
    if entry["k"] == JobKind.TIMER:
        events.fire_timer(run, command.job_id)
        return
    waits.remove_job(run, command.job_id)
    waiting = run.find(entry["x"])
    scope = waiting.parent
    assert scope is not None
    if entry["k"] == JobKind.ASYNC_BEFORE:
        _go_on_before(run, scope, waiting)
    else:
        _go_on_after(run, scope, waiting)


def _go_on_before(run: Run, scope: Execution, waiting: Execution) -> None:
    node = waiting.flow_node
    variables = run.variables.locals(waiting)
    ending.remove(run, waiting)
    if scope.kind == "body":
        activities.begin(run, scope, node, variables)
    else:
        activities.enter_now(run, scope, node, variables)


def _go_on_after(run: Run, scope: Execution, waiting: Execution) -> None:
    node, flow_id = waiting.flow_node, waiting.flow_id
    if waiting.kind == "activity":
        mappings.map_outputs_anyway(run, waiting, node)
    ending.remove(run, waiting, TaskOutcome.ERROR)
    if scope.kind == "body":
        multi_instance.instance_ended(run, scope, {})
    elif flow_id is not None:
        tokens.take(run, scope, [flow for flow in node.outgoing if flow.id == flow_id])
    else:
        tokens.end_token(run, scope, node)


def deliver_event(run: Run, command: commands.DeliverEvent) -> None:
    """Deliver a message or signal to one subscription. Raises EngineFailed when there is no such subscription."""
    if command.subscription_id not in run.subscriptions.entries:
        raise EngineFailed(f"There is no subscription '{command.subscription_id}' in process instance '{run.id}'.")
    events.deliver(
        run, command.subscription_id, command.variables, command.local_variables, command.triggered_variables
    )


def signal_execution(run: Run, command: commands.SignalExecution) -> None:
    """Continue an execution that waits. Raises EngineFailed when it cannot be signalled."""
    execution = run.find(command.execution_id)
    _set_task_variables(run, execution, command.variables)
    if execution.kind != "activity" or execution.flow_node.behaviour not in _SIGNALLED:
        raise EngineFailed(f"Execution '{execution.id}' does not wait for a signal.")
    tokens.complete(run, run.visit_of(execution))


def set_variables(run: Run, command: commands.SetVariables) -> None:
    """Change variables seen from an execution; conditional events look again."""
    execution = run.find(command.execution_id)
    for name, variable in command.variables.items():
        if command.local:
            run.variables.set_local(execution, name, variable, command.user_task_id)
        else:
            run.variables.set(execution, name, variable)
    for name in command.removals:
        run.variables.remove(execution, name, local=command.local)
    conditions.dispatch(run, execution)


def cancel_instance(run: Run, command: commands.CancelInstance) -> None:
    """End an instance of the tree from outside; a called one's call activity goes with it, as in Camunda."""
    instance = run.find(command.instance_id)
    run.skip_io_mappings = command.skip_io_mappings
    modification.cancel_instance(run, instance, command.ended_as, command.reason)


CARRY_OUT: dict[type, Callable[[Run, Any], None]] = {
    commands.StartInstance: start_instance,
    commands.CompleteExternalTask: complete_external_task,
    commands.FailExternalTask: fail_external_task,
    commands.RaiseBpmnError: raise_bpmn_error,
    commands.RaiseEscalation: raise_escalation,
    commands.CompleteUserTask: complete_user_task,
    commands.FireJob: fire_job,
    commands.DeliverEvent: deliver_event,
    commands.SignalExecution: signal_execution,
    commands.SetVariables: set_variables,
    commands.CancelInstance: cancel_instance,
    commands.ModifyInstance: modify_instance,
}

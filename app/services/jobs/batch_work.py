"""What batches do: one function a kind, called within a transaction for the items of one job.

Items that have gone meanwhile (an instance that ended) are passed over where their absence is what was wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.bpmn.commands import StartInstruction
from app.bpmn.values import Variable, Variables
from app.errors import ProcessInstanceNotFound
from app.identity import Identity
from app.services.external_tasks import retries
from app.services.history.removal import forget_ended
from app.services.history.removal_times import RemovalTime, set_of_batches, set_of_instances
from app.services.process_instances.restart import Restart, restart_instances

if TYPE_CHECKING:
    from app.engine.process_engine import ProcessEngine

Arguments = Mapping[str, Any]
Work = Callable[["ProcessEngine", Identity, Arguments, Sequence[str]], object]


def set_external_task_retries(
    engine: ProcessEngine, identity: Identity, arguments: Arguments, ids: Sequence[str]
) -> None:
    """Set the retries of external tasks to `retries`."""
    retries.set_many(engine.database, identity, ids, arguments["retries"])


def set_job_retries(engine: ProcessEngine, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
    """Set the retries of jobs to `retries`."""
    for id in ids:
        engine.jobs.set_retries(identity, id, arguments["retries"])


def delete_instances(engine: ProcessEngine, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
    """Delete running process instances, for `reason`."""
    for id in ids:
        try:
            engine.instances.delete(
                identity, id, arguments.get("reason"), bool(arguments.get("skip_io_mappings", False))
            )
        except ProcessInstanceNotFound:
            continue


def suspend_instances(engine: ProcessEngine, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
    """Suspend or activate process instances, as `suspended` says."""
    engine.instances.suspension.of_instances(list(ids), arguments["suspended"])


def set_variables(engine: ProcessEngine, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
    """Set `variables` (name → [type, value, info]) on process instances."""
    for id in ids:
        engine.instances.set_variables(identity, id, _variables(arguments))


def correlate_message(engine: ProcessEngine, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
    """Deliver the message `name` with `variables` (as above) to process instances."""
    for id in ids:
        engine.messages.correlate(identity, arguments["name"], process_instance_id=id, variables=_variables(arguments))


def modify_instances(engine: ProcessEngine, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
    """Start and cancel activities of process instances, as `instructions` (fields of StartInstruction) say."""
    instructions = _instructions(arguments)
    for id in ids:
        engine.instances.modify(identity, id, instructions, bool(arguments.get("skip_io_mappings", False)))


def restart(engine: ProcessEngine, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
    """Restart ended process instances; the arguments are the fields of Restart."""
    instructions = tuple(_instructions(arguments))
    restart_instances(engine, identity, Restart(**{**arguments, "instructions": instructions}), ids)


def set_instance_removal(engine: ProcessEngine, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
    """Set when ended process instances are forgotten: `mode` and `at` as in RemovalTime, `hierarchical`."""
    set_of_instances(ids, _removal(engine, arguments), hierarchical=arguments["hierarchical"])


def set_batch_removal(engine: ProcessEngine, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
    """Set when batches are forgotten: `mode` and `at` as in RemovalTime."""
    set_of_batches(ids, _removal(engine, arguments))


def _removal(engine: ProcessEngine, arguments: Arguments) -> RemovalTime:
    return RemovalTime(arguments["mode"], arguments["at"], engine.settings.history_days or None)


def _instructions(arguments: Arguments) -> list[StartInstruction]:
    return [
        StartInstruction(
            **{
                **fields,
                "variables": _variables(fields),
                "local_variables": _variables(fields, "local_variables"),
            }
        )
        for fields in arguments["instructions"]
    ]


def _variables(arguments: Arguments, name: str = "variables") -> Variables:
    return {name: Variable(*parts) for name, parts in arguments[name].items()}


def forget_instances(engine: ProcessEngine, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
    """Remove ended process instances from the history."""
    forget_ended(engine.database, ids)


WORK: Mapping[str, Work] = {
    "set-external-task-retries": set_external_task_retries,
    "set-job-retries": set_job_retries,
    "instance-deletion": delete_instances,
    "instance-update-suspension-state": suspend_instances,
    "set-variables": set_variables,
    "correlate-message": correlate_message,
    "instance-modification": modify_instances,
    "historic-instance-deletion": forget_instances,
    "instance-restart": restart,
    "process-set-removal-time": set_instance_removal,
    "batch-set-removal-time": set_batch_removal,
}

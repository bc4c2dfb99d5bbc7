"""What batches do: one method a kind, called within a transaction for the items of one job.

Items that have gone meanwhile (an instance that ended) are passed over where their absence is what was wanted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.bpmn.commands import StartInstruction
from app.bpmn.migration import Instruction
from app.bpmn.values import Variable, Variables
from app.database.database import Database
from app.errors import ProcessInstanceNotFound
from app.identity import Identity
from app.services.external_tasks import retries
from app.services.history.decisions import forget_decisions, set_of_decisions
from app.services.history.removal import forget_ended
from app.services.history.removal_times import RemovalTime, set_of_batches, set_of_instances
from app.services.jobs.batches import Work
from app.services.jobs.service import Jobs
from app.services.messages.service import Messages
from app.services.process_instances.migrations import MigrationPlan, Migrations
from app.services.process_instances.restart import Restart
from app.services.process_instances.service import ProcessInstances

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BatchWork:
    """Does the work of batches by the verbs of the services."""

    database: Database
    history_days: int
    process_instances: ProcessInstances
    messages: Messages
    jobs: Jobs
    migrations: Migrations

    def kinds(self) -> Mapping[str, Work]:
        """Return what a batch of each kind does."""
        return {
            "set-external-task-retries": self.set_external_task_retries,
            "set-job-retries": self.set_job_retries,
            "instance-deletion": self.delete_instances,
            "instance-update-suspension-state": self.suspend_instances,
            "set-variables": self.set_variables,
            "correlate-message": self.correlate_message,
            "instance-modification": self.modify_instances,
            "instance-migration": self.migrate_instances,
            "historic-instance-deletion": self.forget_instances,
            "instance-restart": self.restart,
            "process-set-removal-time": self.set_instance_removal,
            "batch-set-removal-time": self.set_batch_removal,
            "historic-decision-instance-deletion": self.forget_decisions,
            "decision-set-removal-time": self.set_decision_removal,
        }

    def set_external_task_retries(self, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
        """Set the retries of external tasks to `retries`."""
        retries.set_many(self.database, identity, ids, arguments["retries"])

    def set_job_retries(self, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
        """Set the retries of jobs to `retries`, and when they are due to `due_at` if that is given."""
        for id in ids:
            self.jobs.set_retries(identity, id, arguments["retries"], arguments.get("due_at"))

    def delete_instances(self, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
        """Delete running process instances, for `reason`."""
        for id in ids:
            try:
                self.process_instances.delete(
                    identity, id, arguments.get("reason"), bool(arguments.get("skip_io_mappings", False))
                )
            except ProcessInstanceNotFound:
                continue

    def suspend_instances(self, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
        """Suspend or activate process instances, as `suspended` says."""
        self.process_instances.suspension.of_instances(list(ids), arguments["suspended"])

    def set_variables(self, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
        """Set `variables` (name → [type, value, info]) on process instances."""
        for id in ids:
            self.process_instances.set_variables(identity, id, _variables(arguments))

    def correlate_message(self, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
        """Deliver the message `name` with `variables` (as above) to process instances."""
        for id in ids:
            self.messages.correlate(
                identity, arguments["name"], process_instance_id=id, variables=_variables(arguments)
            )

    def modify_instances(self, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
        """Start and cancel activities of process instances, as `instructions` (fields of StartInstruction) say."""
        instructions = _instructions(arguments)
        for id in ids:
            self.process_instances.modify(identity, id, instructions, bool(arguments.get("skip_io_mappings", False)))

    def migrate_instances(self, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
        """Migrate process instances by the plan (`source_id` … `variables`); one that cannot fails its job."""
        variables = None if arguments["variables"] is None else _variables(arguments)
        instructions = [Instruction(*each) for each in arguments["instructions"]]
        plan = MigrationPlan(arguments["source_id"], arguments["target_id"], instructions, variables)
        skipped = {name: arguments[name] for name in ("skip_io_mappings", "skip_listeners")}
        self.migrations.execute(identity, plan, ids, **skipped)

    def restart(self, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
        """Restart ended process instances; the arguments are the fields of Restart."""
        instructions = tuple(_instructions(arguments))
        self.process_instances.restart(identity, Restart(**{**arguments, "instructions": instructions}), ids)

    def set_instance_removal(self, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
        """Set when ended process instances are forgotten: `mode` and `at` as in RemovalTime, `hierarchical`."""
        set_of_instances(ids, self._removal(arguments), hierarchical=arguments["hierarchical"])

    def set_batch_removal(self, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
        """Set when batches are forgotten: `mode` and `at` as in RemovalTime."""
        set_of_batches(ids, self._removal(arguments))

    def forget_instances(self, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
        """Remove ended process instances from the history."""
        forget_ended(self.database, ids)

    def forget_decisions(self, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
        """Remove decision instances from the history."""
        forget_decisions(ids)

    def set_decision_removal(self, identity: Identity, arguments: Arguments, ids: Sequence[str]) -> None:
        """Set when decision instances are forgotten: `mode` and `at` as in RemovalTime, `hierarchical`."""
        set_of_decisions(ids, self._removal(arguments), hierarchical=arguments["hierarchical"])

    def _removal(self, arguments: Arguments) -> RemovalTime:
        return RemovalTime(arguments["mode"], arguments["at"], self.history_days or None)


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

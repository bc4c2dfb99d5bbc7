"""An engine with a worker, used as briefly as a test wants to be read."""

from __future__ import annotations

from typing import Any

from app.api.components import Components
from app.bpmn.values import Variables, from_python, to_python
from app.database.table import Table
from app.identity import ALL_CLAIMS, Identity
from app.models import ActivityInstance, EventSubscription, ExternalTask, Incident, Job, ProcessInstance, VariableRow
from app.models.variable import from_row
from app.records.reports import BpmnError, Completion
from app.services.deployments.service import DeploymentResult

ME = Identity("tester", ALL_CLAIMS)


class Scene:
    """Deploys, starts, works, and looks at what is there."""

    def __init__(self, components: Components) -> None:
        self.components = components
        self.engine = components.engine
        self.service = components.external_tasks
        self.database = components.database

    def deploy(self, *models: str, name: str = "test", **options: Any) -> DeploymentResult:
        """Deploy models as `model0.bpmn`, `model1.bpmn` …"""
        resources = [(f"model{number}.bpmn", model.encode()) for number, model in enumerate(models)]
        return self.components.deployments.deploy(ME, name, resources, **options)

    def start(self, key: str = "process", *, business_key: str | None = None, **variables: Any) -> str:
        """Start the latest version and return the instance's id."""
        started = self.components.process_instances.start(
            ME, key=key, business_key=business_key, variables=typed(variables)
        )
        return str(started.id)

    def complete(self, activity_id: str, **variables: Any) -> None:
        """Lock and complete the oldest open task of an activity."""
        task_id = self.lock(activity_id)
        self.service.complete(ME, task_id, Completion("worker", typed(variables)))

    def raise_error(self, activity_id: str, code: str, message: str | None = None, **options: Any) -> bool | None:
        """Lock the oldest open task of an activity, raise a BPMN error on it, and return whether it was caught."""
        return self.service.handle_bpmn_error(ME, self.lock(activity_id), BpmnError("worker", code, message, **options))

    def lock(self, activity_id: str) -> str:
        """Lock the oldest open task of an activity and return its id."""
        task_id = str(
            self.read(
                lambda: (
                    ExternalTask.select(ExternalTask.id)
                    .where(ExternalTask.activity_id == activity_id)
                    .order_by(ExternalTask.id)
                    .limit(1)
                    .scalar()
                )
            )
        )
        self.service.lock(ME, task_id, "worker", 60_000)
        return task_id

    def tasks(self) -> list[str]:
        """Return the activities of the open external tasks."""
        return sorted(task.activity_id for task in self.rows(ExternalTask))

    def instance(self, id: str) -> ProcessInstance:
        """Return the record of an instance."""
        found: ProcessInstance = self.read(lambda: ProcessInstance.get_by_id(id))
        return found

    def state(self, id: str) -> str:
        """Return the state of an instance."""
        return str(self.instance(id).state)

    def visited(self, id: str) -> list[str]:
        """Return the activities of an instance that have ended and were not cancelled."""
        ended = self.rows(ActivityInstance, ActivityInstance.process_instance_id == id)
        return sorted(row.activity_id for row in ended if row.ended_at is not None and not row.canceled)

    def variables(self, execution_id: str, live: int = 1) -> dict[str, Any]:
        """Return the plain values of the variables of one scope."""
        rows = self.rows(VariableRow, VariableRow.execution_id == execution_id, VariableRow.live == live)
        return {row.name: to_python(from_row(row)) for row in rows}

    def incidents(self) -> list[Incident]:
        """Return the open incidents."""
        return self.rows(Incident, Incident.state == "open")

    def jobs(self) -> list[Job]:
        """Return all jobs, oldest first."""
        return self.rows(Job)

    def waits_for(self) -> list[tuple[str, str | None, bool]]:
        """Return kind, name and whether it starts an instance, of all event subscriptions."""
        return sorted((row.kind, row.name, row.execution_id is None) for row in self.rows(EventSubscription))

    def rows(self, table: type[Table], *conditions: Any) -> list[Any]:
        """Return the rows of a table, oldest first."""
        query = table.select().where(*conditions) if conditions else table.select()
        return self.read(lambda: list(query.order_by(table.id)))

    def count(self, table: type[Table]) -> int:
        """Return how many rows a table has."""
        return int(self.read(lambda: table.select().count()))

    def read(self, work: Any) -> Any:
        """Run a query."""
        return self.database.read(work)


def typed(values: dict[str, Any]) -> Variables:
    """Give plain values their types."""
    return {name: from_python(value) for name, value in values.items()}

"""One run: everything that the parts of the engine share while one command is carried out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Literal

from app.bpmn.context import RunContext
from app.bpmn.delta import ActivityRecord, Delta, ExternalTaskEnded, UserTaskEnded
from app.bpmn.execution.ids import task_id
from app.bpmn.execution.state import BODY_SUFFIX, Execution, Kind, Tree, Waits
from app.bpmn.execution.variables import Change, VariableStore
from app.bpmn.graph import Node
from app.bpmn.states import TaskOutcome, UserTaskOutcome
from app.bpmn.vocabulary import Behaviour
from app.errors import EngineFailed, StepLimitReached

Step = Literal["enter", "event subprocess", "next instance", "complete", "end scope"]
"""What can be waiting on the work list; `app.bpmn.execution.steps` says who does it."""


class Visit:
    """One token at one node: the scope it came from and, if the node has one, an execution of its own.

    `place` is where its variables are seen. A visit without an execution lasts only as long as nothing interrupts the
    scope (`is_alive`).
    """

    __slots__ = ("epoch", "execution", "id", "node", "place", "record", "scope")

    def __init__(self, node: Node, scope: Execution, execution: Execution | None, id: str) -> None:
        self.node = node
        self.scope = scope
        self.execution = execution
        self.place = scope if execution is None else execution
        self.epoch = scope.epoch
        self.id = id
        self.record: ActivityRecord | None = None

    @property
    def is_alive(self) -> bool:
        """Tell whether the token is still there."""
        if self.execution is not None:
            return self.execution.alive
        return self.scope.alive and self.scope.epoch == self.epoch


class Run:
    """The state under work, the list of what is still to do (depth first: the newest first), and the delta so far.

    `changes` are the variables changed since conditional events looked last, `busy` the executions that are just
    beginning or ending (conditional events leave them alone), `joins_may_fire` the scopes in which an inclusive join
    waits and something moved, `heard` the visits and instances whose listeners of the end were called, `outcomes` how
    tasks end that do not simply complete, `last_tokens` what came last to a node of each scope of a model of 5Minds.
    `preserved` is an instance that does not end for the moment, although nothing may be left in it; `preserved_ended`
    tells that its last token ended.
    """

    __slots__ = (
        "_records",
        "_steps_left",
        "busy",
        "changes",
        "context",
        "delta",
        "heard",
        "id",
        "jobs",
        "joins_may_fire",
        "last_tokens",
        "new_id",
        "now_ms",
        "outcomes",
        "preserved",
        "preserved_ended",
        "skip_io_mappings",
        "subscriptions",
        "tree",
        "variables",
        "work",
    )

    def __init__(self, context: RunContext, state: dict[str, Any] | None, root_id: str) -> None:
        self.context = context
        self.now_ms = context.now_ms
        self.new_id = context.new_id
        self.id = root_id
        self.delta = Delta()
        stored = state or {"executions": {}, "jobs": {}, "subscriptions": {}}
        self.tree = Tree(stored["executions"], context.definitions)
        self.jobs = Waits(stored["jobs"])
        self.subscriptions = Waits(stored["subscriptions"])
        self.changes: list[Change] = []
        self.variables = VariableStore(context.load_variables, self.delta, self.changes, context.max_written)
        self.work: deque[tuple[Step, Execution, int, tuple[Any, ...]]] = deque()
        self.joins_may_fire: dict[str, Execution] = {}
        self.outcomes: dict[str, TaskOutcome] = {}
        self.busy: set[str] = set()
        self.heard: set[str] = set()
        self.last_tokens: dict[str, Any] = {}
        self.skip_io_mappings = False
        self.preserved: Execution | None = None
        self.preserved_ended = False
        self._records: dict[str, ActivityRecord] = {}
        self._steps_left = context.max_steps

    # what is to do

    def push(self, step: Step, scope: Execution, *args: Any) -> None:
        """Put a step in front of everything that waits; it is dropped when the scope is interrupted before."""
        scope.pending += 1
        self.work.appendleft((step, scope, scope.epoch, args))

    def next_step(self) -> tuple[Step, Execution, tuple[Any, ...]] | None:
        """Take the next step whose scope still wants it, or None. Raises StepLimitReached."""
        while self.work:
            step, scope, epoch, args = self.work.popleft()
            if scope.alive and scope.epoch == epoch:
                scope.pending -= 1
                self._steps_left -= 1
                if self._steps_left < 0:
                    text = f"The process ran {self.context.max_steps} steps without waiting; it seems to loop for ever."
                    raise limit_reached(scope, text)
                if len(self.tree) > self.context.max_executions:
                    raise limit_reached(scope, f"The process has more than {self.context.max_executions} executions.")
                self.check_time(scope)
                return step, scope, args
        return None

    def check_time(self, place: Execution) -> None:
        """Raise StepLimitReached once the run has used up its time."""
        if self.context.out_of_time():
            raise limit_reached(place, "The process worked too long without waiting; it seems to loop for ever.")

    # executions

    def add(self, kind: Kind, parent: Execution, node: Node | None) -> Execution:
        """Make an execution below another."""
        execution = Execution(self.new_id(), kind, parent, node)
        self.tree.add(execution)
        self.variables.began(execution)
        return execution

    def find(self, id: str) -> Execution:
        """Return an execution that a command names. Raises EngineFailed."""
        execution = self.tree.get(id)
        if execution is None:
            raise EngineFailed(f"There is no execution '{id}' in process instance '{self.id}'.")
        return execution

    def business_key(self, place: Execution) -> str | None:
        """Return the business key of the process instance that a place belongs to."""
        instance = place.instance
        if instance.business_key is None and instance.parent is None:
            return self.context.business_key
        return instance.business_key

    # history

    def record_begin(self, visit: Visit) -> None:
        """Tell the history that an activity began; link events are not in it, as in Camunda."""
        if visit.node.event.type.jumps:
            return
        execution, node, scope = visit.execution, visit.node, visit.scope
        is_body = execution is not None and execution.kind == "body"
        around = scope if scope.kind in ("process", "scope", "body") else scope.enclosing
        record = ActivityRecord(
            visit.id,
            True,
            self.now_ms,
            None,
            False,
            False,
            around.activity_instance_id,
            node.id + BODY_SUFFIX if is_body else node.id,
            node.name,
            "multiInstanceBody" if is_body else node.type,
            visit.place.id,
            scope.instance_id,
            scope.definition_id,
        )
        visit.record = record
        if execution is not None:
            self._records[execution.id] = record
        self.delta.activities.append(record)

    def record_of(self, execution: Execution) -> ActivityRecord | None:
        """Return the record of an activity that began in this run, or None."""
        return self._records.get(execution.id)

    def under_way(self, scope: Execution) -> Iterator[Node]:
        """Yield the nodes to which tokens of a scope are under way."""
        if scope.pending:
            for step, of, epoch, arguments in self.work:
                if of is scope and epoch == scope.epoch and step in ("enter", "event subprocess"):
                    yield arguments[0]

    def record_end(self, visit: Visit, *, canceled: bool = False, complete_scope: bool = False) -> None:
        """Tell the history that a visit ended."""
        record = visit.record
        if record is None and visit.execution is not None:
            record = self._records.get(visit.execution.id)
        if record is None:
            if visit.execution is None:
                return
            is_body = visit.execution.kind == "body"
            record = ActivityRecord(
                visit.id,
                False,
                activity_id=visit.node.id + BODY_SUFFIX if is_body else visit.node.id,
                activity_type="multiInstanceBody" if is_body else visit.node.type,
                instance_id=visit.scope.instance_id,
                definition_id=visit.scope.definition_id,
            )
            self.delta.activities.append(record)
        record.ended_at = self.now_ms
        record.canceled = canceled
        record.complete_scope = complete_scope

    def visit_of(self, execution: Execution) -> Visit:
        """Return the visit that an execution stands for."""
        assert execution.parent is not None
        return Visit(execution.flow_node, execution.parent, execution, execution.activity_instance_id)

    def task_ended(self, execution: Execution, outcome: TaskOutcome) -> None:
        """Tell the delta that the task of an execution is gone, if it has one."""
        node = execution.node
        if node is None or execution.kind != "activity" or execution.id in self.busy:
            return
        outcome = self.outcomes.get(execution.id, outcome)
        if node.behaviour is Behaviour.EXTERNAL:
            self.delta.tasks_ended.append(ExternalTaskEnded(task_id(execution.id), outcome))
        elif node.behaviour is Behaviour.USER:
            done = outcome is TaskOutcome.COMPLETED
            of_person = UserTaskOutcome.COMPLETED if done else UserTaskOutcome.DELETED
            self.delta.user_tasks_ended.append(UserTaskEnded(task_id(execution.id), of_person))

    def to_json(self) -> dict[str, Any]:
        """Return the state as it is now."""
        return {
            "id": self.id,
            "executions": self.tree.to_json(),
            "jobs": self.jobs.entries,
            "subscriptions": self.subscriptions.entries,
        }


def limit_reached(place: Execution, text: str) -> StepLimitReached:
    """Return the error that ends a run at a place."""
    return StepLimitReached(text, activity_id=place.activity_id, instance_id=place.instance_id)

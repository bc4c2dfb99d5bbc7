"""Decisions: evaluate them, and change how long what was decided is remembered."""

from __future__ import annotations

from app import clock
from app.bpmn.values import Variables
from app.dmn.context import DecisionContext
from app.dmn.results import DecisionResult
from app.engine.computing_time import ComputingTime
from app.engine.decisions import KIND
from app.engine.process_engine import ProcessEngine
from app.engine.store_statements import MS_PER_DAY
from app.errors import InvalidInput, NotFound
from app.identity import MANAGE_PROCESS_INSTANCES, WRITE_PROCESS_MODEL, Identity, user_of
from app.models import DecisionDefinition
from app.records.decision_instances import write_decision
from app.services.process_definitions import MAX_DAYS


class Decisions:
    """Evaluate decision definitions, and change them."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self.database = engine.database

    def evaluate(self, identity: Identity, id: str, variables: Variables) -> DecisionResult:
        """Evaluate a decision and keep it in the history; one that fails leaves nothing there.

        Raises Forbidden, NotFound, EngineFailed, StepLimitReached.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        row = self.database.read(lambda: DecisionDefinition.get_or_none(DecisionDefinition.id == id))
        if row is None:
            raise NotFound(id, kind=KIND)
        now = clock.now_ms()
        context = DecisionContext(now, out_of_time=ComputingTime().is_over)
        record = self.engine.decisions.record(self.engine.decisions.get(id), variables, context)
        days = row.history_ttl_days if row.history_ttl_days is not None else self.engine.settings.history_days or None
        place = {
            "tenant_id": row.tenant_id,
            "user_id": user_of(identity),
            "removal_at": None if days is None else now + days * MS_PER_DAY,
        }
        self.database.write(lambda: write_decision(self.database, record, now, place))
        return record.evaluation.result

    def set_history_ttl(self, identity: Identity, id: str, days: int | None) -> None:
        """Set for how many days what is decided from now on is kept; None means the server's setting.

        Raises Forbidden, NotFound, InvalidInput.
        """
        identity.require(WRITE_PROCESS_MODEL)
        if days is not None and not 0 <= days <= MAX_DAYS:
            raise InvalidInput("historyTimeToLive is not greater than or equal to 0", field="days", rule="not_negative")
        change = DecisionDefinition.update(history_ttl_days=days).where(DecisionDefinition.id == id)
        if not self.database.write(change.execute):
            raise NotFound(id, kind=KIND)

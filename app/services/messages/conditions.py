"""Conditional start events of the latest versions: evaluated on request, with the variables that come with it."""

from __future__ import annotations

from app import clock
from app.bpmn.expressions import ExpressionScope, UnknownIdentifier, mapping_scope
from app.bpmn.graph import Node
from app.bpmn.states import SubscriptionKind
from app.bpmn.values import Variables, to_python
from app.database.decorators import transaction
from app.engine.process_engine import ProcessEngine
from app.engine.starting import Start
from app.errors import Refused
from app.identity import MANAGE_PROCESS_INSTANCES, Identity, user_of
from app.models import EventSubscription, ProcessInstance
from app.services.messages.correlation import tenant_condition
from app.services.validation import check_length


class ConditionalStarts:
    """Start the processes whose condition holds."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self.database = engine.database

    @transaction
    def evaluate(
        self,
        identity: Identity,
        variables: Variables,
        *,
        business_key: str | None = None,
        definition_id: str | None = None,
        tenant_id: str | None = None,
        without_tenant: bool = False,
    ) -> list[ProcessInstance]:
        """Start an instance for every conditional start event that is true of the variables, and return their records.

        Raises Forbidden, Refused if there is no such event at all, Suspended, EngineFailed.
        """
        identity.require(MANAGE_PROCESS_INSTANCES)
        check_length("business_key", business_key)
        found = self._subscriptions(definition_id, tenant_id, without_tenant)
        if not found:
            raise Refused("No subscriptions were found during evaluation of the conditional start events.")
        scope = mapping_scope({name: to_python(value) for name, value in variables.items()}, clock.now_ms())
        started = []
        for subscription in found:
            node = self.engine.definitions.get(str(subscription.definition_id)).nodes[str(subscription.activity_id)]
            if _holds(node, scope):
                start = Start(business_key, variables, node.id, user_id=user_of(identity))
                definition = self.engine.definitions.now(subscription.definition_id)
                started.append(self.engine.begin(definition, start))
        return started

    def _subscriptions(
        self, definition_id: str | None, tenant_id: str | None, without_tenant: bool
    ) -> list[EventSubscription]:
        conditions = [
            EventSubscription.kind == SubscriptionKind.CONDITIONAL,
            EventSubscription.execution_id.is_null(),
            tenant_condition(EventSubscription.tenant_id, tenant_id, without_tenant),
        ]
        if definition_id is not None:
            conditions.append(EventSubscription.definition_id == definition_id)
        return list(EventSubscription.select().where(*conditions).order_by(EventSubscription.id))


def _holds(node: Node, scope: ExpressionScope) -> bool:
    """Tell whether a condition is true; one that names a variable that did not come is not."""
    assert node.event.condition is not None
    try:
        return node.event.condition.expression.evaluate(scope) is True
    except UnknownIdentifier:
        return False

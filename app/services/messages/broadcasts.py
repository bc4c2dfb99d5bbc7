"""Messages as process-engine.io sends them: to everyone who waits, and that nobody does is no error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bpmn.values import Variables
from app.identity import Identity

if TYPE_CHECKING:
    from app.engine.process_engine import ProcessEngine


def broadcast_message(
    engine: ProcessEngine,
    identity: Identity,
    name: str,
    variables: Variables,
    *,
    process_instance_id: str | None = None,
    business_key: str | None = None,
) -> None:
    """Deliver a message to all who wait for it, in one process instance or in all. Raises Forbidden, EngineFailed."""
    engine.messages.correlate(
        identity,
        name,
        process_instance_id=process_instance_id,
        business_key=business_key,
        variables=variables,
        all=True,
    )

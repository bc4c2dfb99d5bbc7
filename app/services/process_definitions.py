"""What may be changed in a process definition after its deployment."""

from __future__ import annotations

from app.errors import DefinitionNotFound, InvalidInput
from app.identity import WRITE_PROCESS_MODEL, Identity
from app.models import ProcessDefinition
from app.models.database import Database

MAX_DAYS = 36_500


def set_history_ttl(database: Database, identity: Identity, id: str, days: int | None) -> None:
    """Set for how many days the history of ended instances is kept; None means the server's setting.

    Raises Forbidden, DefinitionNotFound, InvalidInput.
    """
    identity.require(WRITE_PROCESS_MODEL)
    if days is not None and not 0 <= days <= MAX_DAYS:
        raise InvalidInput("historyTimeToLive is not greater than or equal to 0", field="days", rule="not_negative")
    change = ProcessDefinition.update(history_ttl_days=days).where(ProcessDefinition.id == id)
    if not database.write(change.execute):
        raise DefinitionNotFound(id)

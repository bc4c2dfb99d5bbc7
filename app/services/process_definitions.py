"""What may be changed in a process definition after its deployment."""

from __future__ import annotations

from app.engine.process_engine import ProcessEngine
from app.errors import DefinitionNotFound, InvalidInput
from app.identity import WRITE_PROCESS_MODEL, Identity
from app.models import ProcessDefinition
from app.services.process_instances.deployed_topics import deployed_topics
from app.services.process_instances.static_calls import static_calls

MAX_DAYS = 36_500


class ProcessDefinitions:
    """Change process definitions, and tell what their models name."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self.database = engine.database

    def set_history_ttl(self, identity: Identity, id: str, days: int | None) -> None:
        """Set for how many days the history of ended instances is kept; None means the server's setting.

        Raises Forbidden, DefinitionNotFound, InvalidInput.
        """
        identity.require(WRITE_PROCESS_MODEL)
        if days is not None and not 0 <= days <= MAX_DAYS:
            raise InvalidInput("historyTimeToLive is not greater than or equal to 0", field="days", rule="not_negative")
        change = ProcessDefinition.update(history_ttl_days=days).where(ProcessDefinition.id == id)
        if not self.database.write(change.execute):
            raise DefinitionNotFound(id)

    def static_calls(self, id: str) -> dict[str, list[str]]:
        """Return the definitions that a model calls by name, each with the call activities that do.

        Calls by an expression, and of what is not deployed, are left out. Raises DefinitionNotFound.
        """
        return static_calls(self.engine, id)

    def topics(self) -> list[str]:
        """Return the topics of the latest version of every process, sorted; those that an expression makes are left
        out."""
        return deployed_topics(self.engine)

"""The parts of the running application, for whoever answers a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import current_app

if TYPE_CHECKING:
    from app.engine.process_engine import ProcessEngine
    from app.models.database import Database
    from app.services.events.events import Events
    from app.services.external_tasks.offered import OfferedTasks
    from app.services.external_tasks.service import ExternalTaskService

EXTENSION = "errand"


@dataclass(frozen=True, slots=True)
class Parts:
    """Hold what `create_app` built, one of each. Stored as `app.extensions["errand"]`."""

    settings: Any
    database: Database
    external_tasks: ExternalTaskService
    engine: ProcessEngine
    long_polling: Any
    identities: Any
    accounts: Any
    events: Events
    offered_tasks: OfferedTasks


class _CurrentParts:
    """Looks the parts up in the current application at each use: werkzeug's LocalProxy would do it through two proxies,
    for twice the time."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(current_app.extensions[EXTENSION], name)


parts = cast("Parts", _CurrentParts())
"""The parts of the application that answers the current request."""

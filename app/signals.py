"""Signals between the parts, by blinker.

The sender is the app's own ExternalTaskService; receivers are connected in `create_app`.

Inside the transaction (a receiver that fails rolls everything back):
    reported(service, *, task, report)                 a worker reported on the task, as it was before; `report.caught`
                                                       takes whether the process caught the error, if there was one
    occurred(database, *, events)                      what happened in it, once, before the commit; nobody listens
                                                       when events are not recorded
After the commit (hints, never needed for correctness):
    tasks_available(database, *, topics)               topic → number of new tasks that may be fetched
    tasks_logged(database, *, rows)                    what was written into the log of external tasks
    jobs_due(database)                                 a job was made or changed: it may be due
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blinker import NamedSignal


class _Signal(NamedSignal):
    """A signal to plain functions: blinker's own asks each of them, each time, whether it is a coroutine."""

    def send(self, sender: Any = None, /, **arguments: Any) -> list[tuple[Callable[..., Any], Any]]:
        """Call all receivers of this sender and return what each returned."""
        return [(receiver, receiver(sender, **arguments)) for receiver in self.receivers_for(sender)]


reported = _Signal("reported")
occurred = _Signal("occurred")
tasks_available = _Signal("tasks-available")
tasks_logged = _Signal("tasks-logged")
jobs_due = _Signal("jobs-due")

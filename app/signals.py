"""Signals between the parts, by blinker.

The sender is the app's own ExternalTaskService; receivers are connected in `create_app`.

Inside the transaction (a receiver that fails rolls everything back):
    task_completed(service, *, task, variables, local_variables, policy)
    bpmn_error_raised(service, *, task, error)         returns through `error.caught` whether anyone caught it
    task_failed(service, *, task, failure)             errorEventDefinitions may turn a failure into a BPMN error
    occurred(database, *, events)                      what happened in it, once, before the commit; nobody listens
                                                       when events are not recorded
After the commit (hints, never needed for correctness):
    tasks_available(database, *, topics)               topic → number of new tasks that may be fetched
"""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

task_completed = _signals.signal("task-completed")
bpmn_error_raised = _signals.signal("bpmn-error-raised")
task_failed = _signals.signal("task-failed")
occurred = _signals.signal("occurred")
tasks_available = _signals.signal("tasks-available")

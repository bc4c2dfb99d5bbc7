"""External tasks: the verbs of workers, each one transaction, and the rules of who may touch a task and when.

activity_facts    What the services must know of a model; the engine, which has the graphs, tells them.
failures          Failures that workers report: how often and when a task is tried again, and what remembers it.
fetch_requests    What a worker asks for when it fetches tasks, and what it gets.
fetch_statements  The statement that locks tasks: one UPDATE … RETURNING, compiled once for every shape of a request.
fetching          Fetch and lock: take the first ready tasks, with what their workers need of their processes.
locking           Lock one external task for a change: its process instance first, then the task itself.
locks             Locks of single tasks: taken, extended, freed.
offered           Tasks of a process engine elsewhere: it offers them here, and cancels them here.
refusals          Why a guarded statement changed nothing: looked up afterwards, so that the way of the many stays
                  short.
report_checks     What a report must hold: checked before its task is looked for, or (`check_error`) once the task is
                  its worker's.
retries           The number of retries of tasks, set by a person or a batch.
service           The verbs on external tasks.
"""

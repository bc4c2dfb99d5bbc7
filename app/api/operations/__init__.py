"""/api/v1: what no dialect has. Errors are problem details (RFC 9457).

bulk           Reports on many tasks in one request, each in a transaction of its own and with a result of its own.
dialect        The dialect of the operations API: statuses that say it exactly, bodies of RFC 9457.
events         /api/v1/events: what happens, as server-sent events.
offered_tasks  /api/v1/external-tasks: tasks that a process engine elsewhere offers here and cancels.
outbox         /api/v1/outbox: the reports that wait for the process engine elsewhere.
resources      All resources of the dialect, in the order of their documentation.
topics         /api/v1/topics: what waits in each topic, what is held, and who listens.
webhooks       /api/v1/webhooks: who is told of events by signed HTTP requests.
workers        /api/v1/workers: who has asked for tasks, what each holds and does; let one go, forget one.
"""

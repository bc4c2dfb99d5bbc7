"""The process engine joined to the tables: load the state, run `app.bpmn.execution`, store the delta.

process_engine    `ProcessEngine`: the core and the door to everything below
definitions       parsed models, cached; which definition a key or a call activity means
store             a delta → rows, in few statements
deployments       deploy and delete models; start_events: who starts the latest version
instances         start, delete, modify, variables; suspension; activity_tree
messages          correlate a message; signals: broadcast a signal
user_tasks        what persons do
jobs, job_runner  timers and continuations; batches: work on many things
removal           forget instances; retention: when their time is over
engine_notifier   what a worker reports becomes a step of its process
"""

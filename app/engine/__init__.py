"""The process engine joined to the tables: load the state, run `app.bpmn.execution`, store the delta.

process_engine    `ProcessEngine`: the core and the door to everything below
definitions       parsed models, cached; which definition a key or a call activity means
store             a delta (step, rows) → rows, in few statements
deployments       deploy and delete models; start_events: who starts the latest version
instances         start, delete, modify, variables; suspension; activity_tree
messages          correlate a message (correlation: who it is for); signal_broadcast: to everybody who waits
conditions        evaluate conditional start events
user_tasks        what persons do
jobs, job_runner  timers and continuations; batches: work on many things
removal           forget instances; retention: when their time is over
endless_loops     what is left of a step that would not have ended
engine_notifier   what a worker reports becomes a step of its process
"""

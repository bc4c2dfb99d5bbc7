"""The process engine joined to the tables: load the state, run `app.bpmn.execution`, store the delta.

`process_engine.ProcessEngine` is the way in: it locks a tree of instances, runs one command, stores what changed.

activity_tree     What is active in a running process instance, with its incidents: its activity instances, and its
                  executions.
computing_time    How long the steps of one transaction may compute: while they do, nobody else may be able to write.
decisions         Decision definitions as the engine needs them: a file is parsed once, cached by the ids of its
                  decisions.
definitions       Process definitions as the engine needs them: parsed once, cached by id, found by key or as a call
                  activity asks.
endless_loops     An endless loop is stopped and rolled back; afterwards an incident says where it was.
engine_notifier   What a worker reports becomes a step of its process, in the worker's own transaction.
forms             The forms of definitions: of a start, of an open task, and the references in them with their
                  expressions' values.
migrations        What a migration changes in the tables: all equal rows at once.
new_jobs          New jobs as what was changed in their definitions wants them: suspended, or of another priority.
open_user_tasks   An open user task as people have changed it since the engine made it.
process_engine    The engine: one step of one tree of process instances, from the stored state to the stored state.
rows              What a run made, as rows of the tables: plain functions, one a table.
scripts           The scripts of this server's models: who evaluates them, and what a model is read with.
signal_broadcast  A signal goes to everybody who waits for it, and starts every process that begins with it, in one
                  transaction.
start_events      Start events of the latest version of each process: who waits for messages, signals, conditions and
                  timers.
starting          What a new process instance begins with, and the command that begins it.
step_events       What a run made happen, as events: instances and activities that began and ended, caught errors,
                  incidents.
store             A delta → the tables, in bulk: one statement a table that changed, none for one that did not.
store_statements  The statements of the store, compiled once.
stored_step       One run that is being stored: what all its rows repeat.
"""

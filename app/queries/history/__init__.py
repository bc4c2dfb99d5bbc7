"""What was: lists of everything that ran, ended or not, one file a noun.

activity_instances   Activity instances, open and ended.
activity_statistics  What happened at the activities of one process definition, as numbers.
batches              Batches, running and ended.
cleanable            How much history there is, and how much of it is over.
decision_instances   What was decided.
external_task_logs   What happened to external tasks: created, failed, succeeded, deleted.
incidents            Incidents, open, resolved and deleted.
process_instances    Process instances, running and ended.
record               What all lists of the history share: when a row will be removed is known to its root process
                     instance alone.
reports              How long things took, by month or quarter, and how many tasks were done.
user_tasks           User tasks, open and ended.
variable_updates     Every value that variables had, in the order in which they got them.
variables            Variables with their last values, of running scopes and of those that are gone.
"""

"""Jobs: timers, continuations, batches and what was planned; the thread that runs them.

batch_work           What batches do: one method a kind, called within a transaction for the items of one job.
batches              Batches: work on many things, cut into jobs that the job runner takes up, or
                     `JobExecution.execute`.
definitions          Job definitions: suspend what they make, or give it another priority.
execution            Run jobs, whatever they stand for, and record what becomes of one that failed.
locking              Lock a job for a change: the tree that it belongs to first, then the job itself.
planned_suspensions  What shall happen at a later time: suspending and activating definitions, planned as jobs.
runner               The one thread of a process that runs due jobs, and forgets what is over.
service              What an operator does with jobs.
"""

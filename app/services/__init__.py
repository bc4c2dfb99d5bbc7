"""The verbs: every verb of every resource is a method of a service, one transaction. `make_components` makes them.

A verb takes the identity of its caller first, and raises errors of `app.errors`; a dialect answers them.

accounts             Accounts for workers that can only send HTTP Basic.
attachments          Files and links that persons add to user tasks.
comments             Comments that persons write on user tasks and process instances.
decisions            Decisions: evaluate them, and change how long what was decided is remembered.
deployments          Deployments: models become definitions, and go again.
events               Events: told inside the transaction that makes them true, kept for a short time, sent on to whoever
                     wants them.
external_tasks       External tasks: the verbs of workers, each one transaction, and the rules of who may touch a task
                     and when.
history              History: forget what has ended, by itself when its time is over or on request.
idempotency          Exactly once on request: a repeated report that carries the same `Idempotency-Key` gets the first
                     answer again.
identity_links       Who has to do with a user task: its assignee, its owner, and the users and groups that may claim
                     it.
incidents            What a person does to incidents: create one by hand, remark on it, resolve it.
instance_reach       Which process instances a worker may look into: those in which a task of its topics is open.
jobs                 Jobs: timers, continuations, batches and what was planned; the thread that runs them.
long_polling         Long polls: who waits for tasks, and how news reaches them in every process.
messages             Messages, signals and conditions: find who waits, and deliver.
presence             Who is there, over all processes: parked polls, workers, and what is done a minute, told without a
                     write for each.
process_definitions  What may be changed in a process definition after its deployment.
process_instances    Process instances: start, change, suspend, restart, wait for their end.
user_tasks           User tasks: what persons do with them.
validation           Checks of arguments that every verb makes before it looks at a task.
"""

"""Questions about everything: one module a noun, each with a `Listing` of its filters and sortings.

batches                   Running batches, and how far they are.
candidate_groups          How many open tasks wait for each candidate group.
candidates                Conditions on who has to do with a user task: its candidates stand in columns that hold JSON
                          lists of names.
comments_and_attachments  Comments and attachments of user tasks and process instances.
conditions                The ways to narrow a list: each turns a wanted value into a query condition and says which
                          kind of value it takes.
decision_definitions      Decision definitions and the graphs of their files.
deployments               Deployments and their resources.
event_subscriptions       Event subscriptions: who waits for which message, signal or condition.
executions                Executions: each running process instance, and the execution of each open activity in it.
external_tasks            Open external tasks.
flow_nodes                Flow node instances, running and ended, as process-engine.io and ProcessCube ask for them.
forms                     Forms that were deployed as `.form` files: found by the id that is written in them.
history                   What was: lists of everything that ran, ended or not, one file a noun.
incidents                 Open incidents, and the filters by incident that other nouns have.
job_definitions           What makes jobs: the timers and asynchronous continuations of a model.
jobs                      Jobs: timers, asynchronous continuations and pieces of batches.
listing                   A list of a noun as data: its filters and sortings; finding, counting and getting are the same
                          for all.
metrics                   How much was done in a time: counts over the history.
presence                  What the processes have told: parked polls, workers, and what became of tasks a minute.
process_definitions       Process definitions, the latest versions among them, and how many instances they have.
process_instances         Running process instances, called ones included.
process_runs              Process instances, running and ended, as process-engine.io asks for them: by correlation,
                          model, owner and state.
selection                 What a verb acts on when it acts on many: rows by their ids, and all that listings find.
statistics                Counts of what runs: instances, failed jobs and incidents, by definition or by activity.
topics                    What waits, what is held and what has failed, topic by topic.
totals                    How much there is of everything, for monitoring: each total is one look at an index.
user_tasks                Open user tasks.
variable_conditions       Conditions on the values of variables: `amount gteq 100`, for whatever has variables in its
                          scope.
variable_orders           Orders by the value of a variable: nothing where there is none of that name and type.
variables                 Variables of running scopes: their list, and what an execution sees.
waiting_events            Message and signal events that running instances wait for.
waiting_user_tasks        Waiting user tasks as process-engine.io and ProcessCube ask for them, and what the person
                          sees.
"""

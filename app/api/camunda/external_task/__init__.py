"""`/external-task`: what workers do with tasks, and what operators see of them.

checks      What Camunda checks of an external-task request before it looks for the task, in its order and words.
fetch       From the words of fetchAndLock to the service's.
lists       /external-task, /external-task/count and /external-task/topic-names: the open tasks, by GET and by POST.
retries     /external-task/retries and /external-task/retries-async: the retries of many tasks, at once or by a batch.
routes      /external-task: fetch, complete, report failures and raise BPMN errors; lock, unlock and look at single
            tasks.
schemas     What the external-task routes take, with the text of the failure for the literal body `null`; and what they
            answer.
task_json   External tasks as JSON, built by hand: a worker's fetch must not pay for a schema.
visibility  Which tasks a caller whose token names topics may see.
"""

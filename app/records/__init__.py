"""What every change leaves behind: the log of a task, its end, incidents, events, reports and hints.

Services and the engine write them; nobody below knows them.

announcements       Hints that go out after the commit: tasks may be fetched, jobs may be due.
decision_instances  What an evaluation leaves in the history: a row for the decision that was asked for and each that it
                    required.
events              Say what happened, inside the transaction in which it happens.
expired_locks       Make tasks ready again whose lock or back-off is over, and stop those that silently kill their
                    workers.
incidents           Incidents: what needs a person.
reports             What a worker reports on an external task: a completion, a BPMN error, a failure.
task_endings        End external tasks: they leave the hot table, and the log remembers how.
task_log            Rows of the external tasks' log.
"""

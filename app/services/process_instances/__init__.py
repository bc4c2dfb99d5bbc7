"""Process instances: start, change, suspend, restart, wait for their end.

awaited_runs     Start a process instance and, on request, wait until it ends or reaches a certain end event.
deployed_topics  The topics that deployed models name.
group            A group of running process instances of one definition, as those are that are modified together.
migrations       Migrate running process instances to another definition: propose a plan, check it, carry it out.
restart          Start ended process instances again: another instance of the same definition with the same variables.
running          Where running process instances and their executions are.
service          Process instances: start, delete, modify, and their variables.
static_calls     What a model calls by name, without an expression: known before anything runs.
suspension       Suspend and activate: instances and definitions, with the tasks and jobs that must wait, in one
                 transaction.
"""

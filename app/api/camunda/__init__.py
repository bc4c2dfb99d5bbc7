"""The dialect of Camunda 7, Operaton and CIB seven under /engine-rest: one file per resource, its schemas beside it.

batch               Batches of Camunda's API: `/batch`, and what makes them.
condition           /condition: start the processes whose conditional start event is true of some variables.
coverage            What of Camunda's REST API is here: its operations, the table of the manual, the answers to the
                    rest.
decision            `/decision-definition` and `/decision-requirements-definition`: decisions, and the files that hold
                    several.
deployment          `/deployment`: models and other files, as they are uploaded and listed.
engine              /engine and /version: which engines there are, and which Camunda is spoken.
event_subscription  /event-subscription: who waits for which message, signal or condition.
execution           /execution: the parts of a running instance, their own variables, and the events they wait for.
external_task       `/external-task`: what workers do with tasks, and what operators see of them.
history             /history: everything that ran, ended or not, one file a resource.
incident            /incident: what needs a person.
job                 `/job` and `/job-definition`.
message             /message: correlate a message.
metrics             /metrics: how much was done in a time.
process_definition  `/process-definition`: versions of models, their starts and their figures.
process_instance    `/process-instance`: running instances, one and many.
resources           All resources of the dialect, in the order of their documentation.
rest                The machinery of the dialect: how it reads requests, says no, pages lists and writes JSON.
signal              /signal: throw a signal to everybody who waits for it.
task                `/task`: what persons do, with comments, attachments and links.
variable_instance   /variable-instance: variables of everything that runs.
"""

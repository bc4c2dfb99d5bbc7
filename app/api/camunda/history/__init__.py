"""/history: everything that ran, ended or not, one file a resource.

activity_instance   /history/activity-instance: every pass through an activity, event or gateway.
batch               /history/batch: every batch, running or ended.
cleanable_report    …/cleanable-…-report: how much history there is, and how much of it is over.
common              What the resources of the history share: their words for what is not there, and a few parts of their
                    JSON.
decision_instance   /history/decision-instance: what was decided, from what and with which result.
decision_report     How often decisions were evaluated, and how much of that history is over.
detail              /history/detail: every value that variables had, one entry each.
external_task_log   /history/external-task-log: what happened to external tasks.
incident            /history/incident: every incident, open, resolved or deleted.
process_definition  /history/process-definition: what happened at the activities of a definition.
process_instance    /history/process-instance: every process instance, running or ended.
removal             Forgetting: process instances by a batch, and everything whose time to live is over at once.
removal_time        …/set-removal-time: when ended process instances, decisions and batches shall be forgotten, set by a
                    batch.
report              /history/process-instance/report and /history/task/report: how long things took, and how many were
                    done.
task                /history/task: every user task, open or ended.
variable_instance   /history/variable-instance: variables with their last values.
"""

from __future__ import annotations

from app.api.camunda.history import (
    activity_instance,
    batch,
    cleanable_report,
    decision_instance,
    decision_report,
    detail,
    external_task_log,
    incident,
    process_definition,
    process_instance,
    removal,
    removal_time,
    report,
    task,
    variable_instance,
)

RESOURCES = (
    report.blueprint,
    cleanable_report.blueprint,
    decision_report.blueprint,
    removal_time.blueprint,
    decision_instance.blueprint,
    process_instance.blueprint,
    process_definition.blueprint,
    activity_instance.blueprint,
    variable_instance.blueprint,
    detail.blueprint,
    external_task_log.blueprint,
    incident.blueprint,
    task.blueprint,
    batch.blueprint,
    removal.blueprint,
)

"""Every route of Camunda 7.24's REST API, so that none is forgotten: one that Errand does not have answers 501."""

from __future__ import annotations

import re
from collections.abc import Iterator

METHODS = ("GET", "POST", "PUT", "DELETE")

LISTS = """
batch case-definition case-execution case-instance decision-definition decision-requirements-definition deployment
event-subscription execution external-task filter group history/activity-instance history/batch
history/case-activity-instance history/case-instance history/decision-instance history/detail history/external-task-log
history/identity-link-log history/incident history/job-log history/process-instance history/task history/user-operation
history/variable-instance incident job job-definition process-definition process-instance task tenant user
variable-instance authorization
"""
"""Resources with `GET /` and `GET /count`."""

QUERIES = """
case-execution case-instance execution external-task group history/activity-instance history/detail
history/external-task-log history/job-log history/process-instance history/task history/variable-instance job
job-definition process-instance task variable-instance
"""
"""… that also take their filters by `POST /` and, but for history/detail, `POST /count`."""

VARIABLES = """
case-execution/{id}/localVariables case-execution/{id}/variables case-instance/{id}/variables
execution/{id}/localVariables process-instance/{id}/variables task/{id}/localVariables task/{id}/variables
"""
"""Maps of variables: `GET POST /`, `GET PUT DELETE /{varName}`, `GET POST /{varName}/data`."""

DEFINITION = """
GET {}
GET {}/deployed-start-form
GET {}/diagram
GET {}/form-variables
PUT {}/history-time-to-live
GET {}/rendered-form
POST {}/start
GET {}/startForm
GET {}/statistics
POST {}/submit-form
PUT {}/suspended
GET {}/xml
DELETE {}
"""
DECISION = """
GET {}
GET {}/diagram
POST {}/evaluate
PUT {}/history-time-to-live
GET {}/xml
"""
REQUIREMENTS = """
GET {}
GET {}/diagram
GET {}/xml
"""
BY = ("{id}", "key/{key}", "key/{key}/tenant-id/{tenant-id}")

OTHERS = """
GET /authorization/check
POST /authorization/create
GET PUT DELETE /authorization/{id}
GET /batch/statistics
GET /batch/statistics/count
GET DELETE /batch/{id}
PUT /batch/{id}/suspended
GET /case-definition/{id}
POST /case-definition/{id}/create
GET /case-definition/{id}/xml
GET /case-execution/{id}
POST /case-execution/{id}/complete
POST /case-execution/{id}/disable
POST /case-execution/{id}/manual-start
POST /case-execution/{id}/reenable
POST /case-execution/{id}/terminate
GET /case-instance/{id}
POST /case-instance/{id}/close
POST /case-instance/{id}/complete
POST /case-instance/{id}/terminate
POST /condition
POST /deployment/create
GET /deployment/registered
GET DELETE /deployment/{id}
POST /deployment/{id}/redeploy
GET /deployment/{id}/resources
GET /deployment/{id}/resources/{resourceId}
GET /deployment/{id}/resources/{resourceId}/data
GET /engine
GET /execution/{id}
POST /execution/{id}/create-incident
GET /execution/{id}/messageSubscriptions/{messageName}
POST /execution/{id}/messageSubscriptions/{messageName}/trigger
POST /execution/{id}/signal
POST /external-task/fetchAndLock
PUT /external-task/retries
POST /external-task/retries-async
GET /external-task/topic-names
GET /external-task/{id}
POST /external-task/{id}/bpmnError
POST /external-task/{id}/complete
GET /external-task/{id}/errorDetails
POST /external-task/{id}/extendLock
POST /external-task/{id}/failure
POST /external-task/{id}/lock
PUT /external-task/{id}/priority
PUT /external-task/{id}/retries
POST /external-task/{id}/unlock
POST /filter/create
GET PUT DELETE /filter/{id}
GET POST /filter/{id}/count
GET POST /filter/{id}/list
GET POST /filter/{id}/singleResult
POST /group/create
GET PUT DELETE /group/{id}
PUT DELETE /group/{id}/members/{userId}
GET /history/activity-instance/{id}
GET /history/batch/cleanable-batch-report
GET /history/batch/cleanable-batch-report/count
POST /history/batch/set-removal-time
GET DELETE /history/batch/{id}
GET /history/case-activity-instance/{id}
GET /history/case-instance/{id}
POST /history/cleanup
GET /history/cleanup/configuration
GET /history/cleanup/job
GET /history/cleanup/jobs
GET /history/decision-definition/cleanable-decision-instance-report
GET /history/decision-definition/cleanable-decision-instance-report/count
POST /history/decision-instance/delete
POST /history/decision-instance/set-removal-time
GET /history/decision-instance/{id}
GET /history/decision-requirements-definition/{id}/statistics
GET /history/detail/{id}
GET /history/detail/{id}/data
GET /history/external-task-log/{id}
GET /history/external-task-log/{id}/error-details
GET /history/job-log/{id}
GET /history/job-log/{id}/stacktrace
GET /history/process-definition/cleanable-process-instance-report
GET /history/process-definition/cleanable-process-instance-report/count
GET /history/process-definition/{id}/statistics
POST /history/process-instance/delete
GET /history/process-instance/report
POST /history/process-instance/set-removal-time
GET DELETE /history/process-instance/{id}
DELETE /history/process-instance/{id}/variable-instances
GET /history/task/report
PUT /history/user-operation/{operationId}/clear-annotation
PUT /history/user-operation/{operationId}/set-annotation
GET DELETE /history/variable-instance/{id}
GET /history/variable-instance/{id}/data
GET /identity/groups
GET POST /identity/password-policy
POST /identity/verify
GET DELETE /incident/{id}
PUT DELETE /incident/{id}/annotation
PUT /job-definition/suspended
GET /job-definition/{id}
PUT /job-definition/{id}/jobPriority
PUT /job-definition/{id}/retries
PUT /job-definition/{id}/suspended
POST /job/retries
PUT /job/suspended
GET DELETE /job/{id}
PUT /job/{id}/duedate
POST /job/{id}/duedate/recalculate
POST /job/{id}/execute
PUT /job/{id}/priority
PUT /job/{id}/retries
GET /job/{id}/stacktrace
PUT /job/{id}/suspended
POST /message
GET /metrics
DELETE /metrics/task-worker
GET /metrics/{metrics-name}/sum
POST /migration/execute
POST /migration/executeAsync
POST /migration/generate
POST /migration/validate
POST /modification/execute
POST /modification/executeAsync
GET /process-definition/statistics
PUT /process-definition/suspended
POST /process-definition/{id}/restart
POST /process-definition/{id}/restart-async
GET /process-definition/{id}/static-called-process-definitions
POST /process-instance/delete
POST /process-instance/delete-historic-query-based
POST /process-instance/job-retries
POST /process-instance/job-retries-historic-query-based
POST /process-instance/message-async
PUT /process-instance/suspended
POST /process-instance/suspended-async
POST /process-instance/variables-async
GET DELETE /process-instance/{id}
GET /process-instance/{id}/activity-instances
GET PUT DELETE /process-instance/{id}/comment
DELETE /process-instance/{id}/comment/{commentId}
POST /process-instance/{id}/modification
POST /process-instance/{id}/modification-async
PUT /process-instance/{id}/suspended
GET POST /schema/log
POST /signal
POST /task/create
GET /task/report/candidate-group-count
GET PUT DELETE /task/{id}
POST /task/{id}/assignee
GET /task/{id}/attachment
POST /task/{id}/attachment/create
GET DELETE /task/{id}/attachment/{attachmentId}
GET /task/{id}/attachment/{attachmentId}/data
POST /task/{id}/bpmnError
POST /task/{id}/bpmnEscalation
POST /task/{id}/claim
GET PUT DELETE /task/{id}/comment
POST /task/{id}/comment/create
GET DELETE /task/{id}/comment/{commentId}
POST /task/{id}/complete
POST /task/{id}/delegate
GET /task/{id}/deployed-form
GET /task/{id}/form
GET /task/{id}/form-variables
GET POST /task/{id}/identity-links
POST /task/{id}/identity-links/delete
GET /task/{id}/rendered-form
POST /task/{id}/resolve
POST /task/{id}/submit-form
POST /task/{id}/unclaim
GET POST /telemetry/configuration
GET /telemetry/data
POST /tenant/create
GET PUT DELETE /tenant/{id}
PUT DELETE /tenant/{id}/group-members/{groupId}
PUT DELETE /tenant/{id}/user-members/{userId}
POST /user/create
DELETE /user/{id}
PUT /user/{id}/credentials
GET PUT /user/{id}/profile
POST /user/{id}/unlock
GET /variable-instance/{id}
GET /variable-instance/{id}/data
GET /version
"""

Route = tuple[str, str]
"""(method, path below /engine-rest with `{name}` for what varies)"""


def routes() -> Iterator[Route]:
    """Yield every route once."""
    seen: set[tuple[str, str]] = set()
    for method, path in _all():
        key = method, same_place(path)
        if key not in seen:
            seen.add(key)
            yield method, path


def same_place(path: str) -> str:
    """Return the path without the names of what varies, so that two spellings of one route are equal."""
    return re.sub(r"\{[^}]*\}|<[^>]*>", "{}", path)


def _all() -> Iterator[Route]:
    for name in LISTS.split():
        yield from (("GET", f"/{name}"), ("GET", f"/{name}/count"))
    for name in QUERIES.split():
        yield from (("POST", f"/{name}"), ("POST", f"/{name}/count"))
    for path in VARIABLES.split():
        yield from ((method, f"/{path}") for method in ("GET", "POST"))
        yield from ((method, f"/{path}/{{varName}}") for method in ("GET", "PUT", "DELETE"))
        yield from ((method, f"/{path}/{{varName}}/data") for method in ("GET", "POST"))
    for by in BY:
        yield from _lines(DEFINITION.replace("{}", f"/process-definition/{by}"))
        yield from _lines(DECISION.replace("{}", f"/decision-definition/{by}"))
        yield from _lines(REQUIREMENTS.replace("{}", f"/decision-requirements-definition/{by}"))
    yield from _lines(OTHERS)


def _lines(text: str) -> Iterator[Route]:
    for line in text.split("\n"):
        *methods, path = line.split() or ("",)
        yield from ((method, path) for method in methods)

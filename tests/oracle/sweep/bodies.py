"""Bodies that each operation accepts: the start of all variations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.oracle.sweep.cases import UNKNOWN
from tests.oracle.sweep.published import Json, Operation, properties
from tests.oracle.sweep.values import NOWHERE, values_of

VALUE = {"value": 5, "type": "Integer"}
SET = {"variables": {"new": VALUE}}
INSTANCES = {"processInstanceIds": ["@{instance}"]}
BEFORE = [{"type": "startBeforeActivity", "activityId": "task"}]
LATER = "2035-02-03T04:05:06.000+0000"
BODIES: Mapping[str, Any] = {
    "PUT /batch/{id}/suspended": {"suspended": True},
    "POST /condition": {"variables": {"amount": VALUE}},
    "POST /execution/{id}/create-incident": {"incidentType": "custom", "configuration": "c", "message": "m"},
    "POST /execution/{id}/signal": SET,
    "POST /execution/{id}/messageSubscriptions/{messageName}/trigger": SET,
    "POST /external-task/fetchAndLock": {
        "workerId": "f",
        "maxTasks": 1,
        "topics": [{"topicName": "called", "lockDuration": 1}],
    },
    "PUT /external-task/retries": {"retries": 2, "externalTaskIds": ["@{target}"]},
    "POST /external-task/retries-async": {"retries": 2, "externalTaskIds": ["@{target}"]},
    "POST /external-task/{id}/bpmnError": {"workerId": "w", "errorCode": "broken"},
    "POST /external-task/{id}/complete": {"workerId": "w", **SET},
    "POST /external-task/{id}/extendLock": {"workerId": "w", "newDuration": 9000000},
    "POST /external-task/{id}/failure": {"workerId": "w", "errorMessage": "m", "retries": 1, "retryTimeout": 9000000},
    "POST /external-task/{id}/lock": {"workerId": "w", "lockDuration": 9000000},
    "PUT /external-task/{id}/priority": {"priority": 5},
    "PUT /external-task/{id}/retries": {"retries": 5},
    "POST /history/batch/set-removal-time": {"historicBatchIds": ["@{target}"], "absoluteRemovalTime": LATER},
    "POST /history/process-instance/delete": {"historicProcessInstanceIds": ["@{instance}"]},
    "POST /history/process-instance/set-removal-time": {
        "historicProcessInstanceIds": ["@{instance}"],
        "absoluteRemovalTime": LATER,
    },
    "PUT /incident/{id}/annotation": {"annotation": "known"},
    "PUT /job-definition/suspended": {"processDefinitionId": "@{definition}", "suspended": True, "includeJobs": True},
    "PUT /job-definition/{id}/jobPriority": {"priority": 9, "includeJobs": True},
    "PUT /job-definition/{id}/retries": {"retries": 4},
    "PUT /job-definition/{id}/suspended": {"suspended": True, "includeJobs": True},
    "POST /job/retries": {"retries": 4, "jobIds": ["@{target}"]},
    "PUT /job/suspended": {"processInstanceId": "@{instance}", "suspended": True},
    "PUT /job/{id}/duedate": {"duedate": LATER},
    "PUT /job/{id}/priority": {"priority": 9},
    "PUT /job/{id}/retries": {"retries": 4},
    "PUT /job/{id}/suspended": {"suspended": True},
    "POST /message": {"messageName": "paid", "businessKey": "@{case}", "resultEnabled": True},
    "POST /modification/execute": {**INSTANCES, "processDefinitionId": "@{definition}", "instructions": BEFORE},
    "POST /modification/executeAsync": {**INSTANCES, "processDefinitionId": "@{definition}", "instructions": BEFORE},
    "PUT /process-definition/suspended": {"processDefinitionId": "@{definition}", "suspended": True},
    "POST /process-definition/{id}/restart": {**INSTANCES, "instructions": BEFORE},
    "POST /process-definition/{id}/restart-async": {**INSTANCES, "instructions": BEFORE},
    "POST /process-instance/delete": {**INSTANCES, "deleteReason": "why"},
    "POST /process-instance/delete-historic-query-based": {**INSTANCES, "deleteReason": "why"},
    "POST /process-instance/job-retries": {"processInstances": ["@{instance}"], "retries": 4},
    "POST /process-instance/job-retries-historic-query-based": {"processInstances": ["@{instance}"], "retries": 4},
    "POST /process-instance/message-async": {**INSTANCES, "messageName": "paid"},
    "PUT /process-instance/suspended": {**INSTANCES, "suspended": True},
    "POST /process-instance/suspended-async": {**INSTANCES, "suspended": True},
    "POST /process-instance/variables-async": {**INSTANCES, **SET},
    "PUT /process-instance/{id}/comment": {"id": "@{comment}", "message": "other"},
    "POST /process-instance/{id}/modification": {"instructions": BEFORE},
    "POST /process-instance/{id}/modification-async": {"instructions": BEFORE},
    "PUT /process-instance/{id}/suspended": {"suspended": True},
    "POST /signal": {"name": "never", **SET},
    "PUT /task/{id}": {"name": "Other", "priority": 3},
    "POST /task/{id}/assignee": {"userId": "kermit"},
    "POST /task/{id}/bpmnError": {"errorCode": "e", "errorMessage": "m"},
    "POST /task/{id}/bpmnEscalation": {"escalationCode": "late"},
    "POST /task/{id}/claim": {"userId": "kermit"},
    "PUT /task/{id}/comment": {"id": "@{comment}", "message": "other"},
    "POST /task/{id}/comment/create": {"message": "new"},
    "POST /task/{id}/complete": SET,
    "POST /task/{id}/delegate": {"userId": "kermit"},
    "POST /task/{id}/identity-links": {"userId": "kermit", "type": "candidate"},
    "POST /task/{id}/identity-links/delete": {"userId": "kermit", "type": "candidate"},
    "POST /task/{id}/resolve": SET,
    "POST /task/{id}/submit-form": SET,
}
BY_END: Mapping[str, Any] = {
    "/history-time-to-live": {"historyTimeToLive": 3},
    "/start": {"businessKey": "started", **SET, "withVariablesInReturn": True},
    "/submit-form": {"businessKey": "submitted", **SET},
    "/suspended": {"suspended": True, "includeProcessInstances": True},
    "ariables": {"modifications": {"new": VALUE}, "deletions": ["person"]},
    "{varName}": VALUE,
}
"""Where many paths share a body: by the end of the path."""
NARROWED = {
    "processInstanceQuery": {"businessKey": "@{case}"},
    "historicProcessInstanceQuery": {"processInstanceBusinessKey": "@{case}"},
    "externalTaskQuery": {"processInstanceId": "@{instance}"},
    "jobQuery": {"processInstanceId": "@{instance}"},
    "historicBatchQuery": {"batchId": "@{target}"},
}
"""Filters that keep a bulk operation to the target, whatever else is ignored."""
VARIABLES: tuple[Any, ...] = (
    {},
    {"new": {"value": "x"}},
    {"new": {"value": "x", "type": "Integer"}},
    {"new": {"value": 1, "type": "NoType"}},
    {"new": {"value": [1, {"a": None}]}},
    {"new": {"value": "2031-01-01", "type": "Date"}},
    {"new": {}},
    {"new": None},
    {"new": 5},
    [],
    "x",
    None,
)
INSTRUCTIONS: tuple[Any, ...] = (
    [],
    [{"type": "startBeforeActivity", "activityId": NOWHERE}],
    [{"type": "startAfterActivity", "activityId": "task"}],
    [{"type": "startTransition", "transitionId": "start_task"}],
    [{"type": "startTransition", "transitionId": NOWHERE}],
    [{"type": "cancel", "activityId": "task"}],
    [{"type": "cancel", "activityId": NOWHERE}],
    [{"type": "cancel", "activityInstanceId": NOWHERE}],
    [{"type": "cancel", "transitionInstanceId": NOWHERE}],
    [{"type": "cancel"}],
    [{"type": "startBeforeActivity"}],
    [{"type": "startBeforeActivity", "activityId": "task", "ancestorActivityInstanceId": NOWHERE}],
    [{"type": "startBeforeActivity", "activityId": "task", "variables": {"new": {**VALUE, "local": True}}}],
    [{"type": "x"}],
    [{}],
    [None],
    "x",
)


def base_of(operation: Operation) -> Any:
    """Return a body that the operation accepts; None where it takes none, or where none is known."""
    if operation.name in BODIES:
        return BODIES[operation.name]
    if operation.body is None or operation.form:
        return None
    return next((body for end, body in BY_END.items() if operation.path.endswith(end)), None)


def variations(operation: Operation, base: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield a subject and a body each: the base, the base with a change in one member, and other things."""
    yield "", base
    yield "unknown name", {**base, UNKNOWN: "x"}
    yield "no body", {}
    for name, schema in properties(operation.body):
        without = {key: value for key, value in base.items() if key != name}
        if name in base:
            yield name, without
        for value in _values(name, schema):
            yield name, {**base, name: value}
        if name in NARROWED:
            rest = {key: value for key, value in base.items() if not key.lower().endswith(("ids", "instances"))}
            yield from ((f"{name}.{subject}", {**rest, name: query}) for subject, query in _queries(name, schema))


def _values(name: str, schema: Json) -> Iterator[Any]:
    if "ariables" in name or name in ("correlationKeys", "localCorrelationKeys", "modifications"):
        yield from VARIABLES if schema.get("type") == "object" else values_of(name, schema)
    elif name.endswith("nstructions"):
        yield from INSTRUCTIONS
    elif name == "value":
        yield from ("x", 5.5, True, None, [1], {"a": 1}, 5000000000)
    elif name == "valueInfo":
        yield from ({}, {"transient": True}, {"transient": "x"}, [], "x")
    elif name == "type":
        yield from ("String", "integer", "Long", "Double", "Json", "Object", "File", "Bytes", "", "X", None)
    elif name in NARROWED:
        yield from ({UNKNOWN: "x", **NARROWED[name]}, [], "x")
    else:
        yield from values_of(name, schema)


def _queries(name: str, schema: Json) -> Iterator[tuple[str, Any]]:
    yield "", NARROWED[name]
    for member, inner in properties(schema):
        values = list(values_of(member, inner))
        if not member.startswith("sort") and values and member not in NARROWED[name]:
            yield from ((member, {**NARROWED[name], member: value}) for value in _telling(values))


def _telling(values: list[Any]) -> list[Any]:
    """Return the first and the last of the values, and what hits nothing: enough to see whether a filter counts."""
    chosen = [values[0], values[-1], *(value for value in values if value in (NOWHERE, [NOWHERE]))]
    return [value for number, value in enumerate(chosen) if value not in chosen[:number]]

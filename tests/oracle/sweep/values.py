"""Values to try for a parameter: some that hit, some that miss, some that are none of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.oracle.sweep.published import Json, Parameter

ORDER_1, ORDER_2, WORKER_1, ENDED = (f"@{{instance:{name}}}" for name in ("order-1", "order-2", "worker-1", "worker-3"))
DEFINITION = "@{definition:order:2:None}"
TASK = "@{task:order-1:approve}"
NOWHERE = "no-such"

HITS: Mapping[str, Sequence[str]] = {
    "activityId": ("approve", "work"),
    "activityName": ("Approve",),
    "activityType": ("userTask",),
    "activityInstanceId": ("@{activity:order-1:approve}",),
    "assignee": ("kermit",),
    "attachmentId": (),
    "batchId": ("@{batch:set-variables}",),
    "businessKey": ("order-1", ""),
    "candidateGroup": ("sales",),
    "candidateGroups": ("sales", "sales,other"),
    "candidateUser": ("kermit", "rizzo"),
    "category": ("http://errand.test",),
    "causeIncidentId": ("@{incident:worker-1:work:failedExternalTask}",),
    "rootCauseIncidentId": ("@{incident:worker-1:work:failedExternalTask}",),
    "configuration": ("@{external:worker-1:work}",),
    "delegationState": ("PENDING", "RESOLVED"),
    "deploymentId": ("@{deployment:order:None#2}",),
    "description": ("Second order",),
    "errorMessage": ("out of stock",),
    "eventName": ("paid",),
    "eventSubscriptionId": ("@{subscription:waits-1:message:message}",),
    "eventType": ("message", "conditional"),
    "executedActivityIdIn": ("approve", "work,approve"),
    "activeActivityIdIn": ("approve", "work,approve"),
    "executionId": ("@{execution:worker-1:work}", ORDER_1),
    "externalTaskId": ("@{external:worker-1:work}",),
    "failedActivityId": ("fails", "work"),
    "groupBy": ("taskName", "processDefinition"),
    "historyConfiguration": ("@{log:worker-1:['failureLog']}",),
    "id": ("@{deployment:order:None}",),
    "incidentId": ("@{incident:worker-1:work:failedExternalTask}",),
    "incidentMessage": ("out of stock",),
    "incidentStatus": ("open", "resolved"),
    "incidentType": ("failedExternalTask", "failedJob"),
    "incidentsForType": ("failedExternalTask",),
    "involvedUser": ("kermit", "rizzo"),
    "jobConfiguration": ("DATE: 2035-01-01T00:00:00Z",),
    "jobDefinitionId": ("@{job-definition:definition:failing:1:None:fails}",),
    "jobId": ("@{job:failing-1:job-definition:definition:failing:1:None:fails}",),
    "jobType": ("async-continuation", "timer-transition", "timer-boundary"),
    "key": ("order",),
    "logId": ("@{log:worker-1:['failureLog']}",),
    "messageEventSubscriptionName": ("paid",),
    "name": ("Order", "order", "Approve"),
    "nameNotEqual": ("Approve",),
    "owner": ("fozzie",),
    "parentTaskId": (),
    "periodUnit": ("month", "quarter"),
    "processDefinitionId": (DEFINITION,),
    "processDefinitionKey": ("order",),
    "processDefinitionName": ("Order",),
    "processInstanceBusinessKey": ("order-1",),
    "processInstanceId": (ORDER_1, ENDED),
    "reportType": ("duration",),
    "resourceName": ("order.bpmn",),
    "rootProcessInstanceId": ("@{instance:parent-1}",),
    "signalEventSubscriptionName": ("go",),
    "source": ("sweep",),
    "startedBy": ("kermit",),
    "startableBy": ("kermit",),
    "subProcessInstance": ("@{instance:child<parent-1}",),
    "subProcessInstanceId": ("@{instance:child<parent-1}",),
    "superProcessInstance": ("@{instance:parent-1}",),
    "superProcessInstanceId": ("@{instance:parent-1}",),
    "taskAssignee": ("kermit",),
    "taskDefinitionKey": ("approve",),
    "taskDeleteReason": ("completed", "deleted"),
    "taskDescription": ("Second order",),
    "taskHadCandidateGroup": ("sales",),
    "taskHadCandidateUser": ("kermit", "rizzo"),
    "taskId": (TASK,),
    "taskInvolvedGroup": ("sales",),
    "taskInvolvedUser": ("kermit", "rizzo"),
    "taskName": ("Approve",),
    "taskOwner": ("fozzie",),
    "topicName": ("work",),
    "type": ("set-variables",),
    "userId": ("kermit",),
    "variableInstanceId": ("@{variable:order-1:amount:instance}",),
    "variableName": ("amount", "AMOUNT"),
    "variableTypeIn": ("string", "Integer", "integer,long"),
    "version": ("1",),
    "versionTag": ("2.0",),
    "workerId": ("w-worker-1",),
}
"""Values that meet something, by parameter; `…In`, `…Ids`, `…Like` and the like follow from the singular."""

LISTED: Mapping[str, Sequence[str]] = {
    "activityIdIn": ("approve", "approve,work"),
    "activityInstanceIdIn": ("@{activity:order-1:approve},@{activity:worker-1:work}",),
    "executionIdIn": (f"@{{execution:worker-1:work}},{ORDER_1}",),
    "externalTaskIdIn": ("@{external:worker-1:work},@{external:worker-2:work}",),
    "failedActivityIdIn": ("fails",),
    "incidentIdIn": ("@{incident:worker-1:work:failedExternalTask}",),
    "jobDefinitionIdIn": ("@{job-definition:definition:failing:1:None:fails}",),
    "jobIds": ("@{job:failing-1:job-definition:definition:failing:1:None:fails}",),
    "keysIn": ("order,worker",),
    "processDefinitionIdIn": (f"{DEFINITION},@{{definition:worker:1:None}}",),
    "processDefinitionKeyIn": ("order", "order,worker"),
    "processDefinitionKeyNotIn": ("order,worker",),
    "processInstanceBusinessKeyIn": ("order-1,order-2",),
    "processInstanceIdIn": (f"{ORDER_1},{WORKER_1}",),
    "processInstanceIdNotIn": (f"{ORDER_1},{WORKER_1}",),
    "processInstanceIds": (f"{ORDER_1},{WORKER_1}",),
    "assigneeIn": ("kermit,gonzo",),
    "assigneeNotIn": ("kermit,gonzo",),
    "taskDefinitionKeyIn": ("approve,task",),
    "taskDefinitionKeyNotIn": ("approve,task",),
    "taskIdIn": (f"{TASK},@{{task:order-2:approve}}",),
    "tenantIdIn": ("north", "north,south"),
    "variableNameIn": ("amount,person",),
    "variableScopeIdIn": (f"{ORDER_1},{TASK}",),
    "batchIdIn": ("@{batch:set-variables}",),
}
COMPARED = ("variables", "processVariables", "taskVariables", "caseInstanceVariables", "variableValues")
COMPARISONS = (
    *(f"amount_{operator}_100" for operator in ("eq", "neq", "gt", "gteq", "lt", "lteq", "like")),
    "text_eq_Blue Car",
    "text_like_Blue%",
    "text_notLike_Blue%",
    "TEXT_eq_Blue Car",
    "mine_eq_task only",
    "given_eq_local value",
    "done_eq_true",
    "amount_eq_x,text_eq_Blue Car",
    "amount_x_1",
    "amount",
    "a_b_eq_c",
    "",
)
DUE = ("gt_@{T1}", "lt_@{T1}", "gt_@{T1},lt_2036-01-01T00:00:00.000+0000", "lt_bad", "x_@{T1}", "lt", "")
DATES = ("@{T0}", "@{T1}", "@{T2}", "@{T3}", "2034-01-01T00:00:00.000+0000", "2035-01-01T00:00:00.000+0000")
BAD_DATES = ("bad", "2020-01-01", "2020-01-01T00:00:00", "2020-01-01T00:00:00Z", '"@{T1}"', "")
FLAGS = ("true", "false", "TRUE", "x", "")
NUMBERS = ("0", "1", "7", "30", "50", "60", "x", "1.5", "99999999999", "")
DATE_WORDS = (
    "dueDate",
    "dueAfter",
    "dueBefore",
    "followUp",
    "createdOn",
    "createdAfter",
    "createdBefore",
    "updatedAfter",
)


def texts_of(parameter: Parameter) -> Iterator[str]:
    """Yield what to send as a query parameter, or as the text of a body's member."""
    name = parameter.name
    if parameter.values:
        yield from (*parameter.values, "x", "")
    elif parameter.type == "boolean":
        yield from FLAGS
    elif parameter.type == "integer":
        yield from NUMBERS
    elif name in COMPARED:
        yield from COMPARISONS
    elif name in ("dueDates", "createTimes"):
        yield from DUE
    elif name.endswith("Expression"):
        yield from ("${now()}", "x", "")
    elif parameter.format == "date-time" or name.startswith(DATE_WORDS):
        yield from (*DATES, *BAD_DATES)
    else:
        yield from (*_words(name), NOWHERE, "")


def _words(name: str) -> Iterator[str]:
    if name in LISTED:
        yield from LISTED[name]
    yield from HITS.get(name, ())
    if name.endswith(("Like", "NotLike")):
        base = name.removesuffix("Like").removesuffix("Not")
        for word in HITS.get(base, ()):
            yield from (word, f"{word[:2]}%", f"%{word[-2:].upper()}", f"{word[:1]}_%")


def values_of(name: str, schema: Json) -> Iterator[Any]:
    """Yield what to send as a member of a body: its kind's values, then others that are no value of it."""
    kind = schema.get("type", "object")
    if name in COMPARED:
        yield from ([_condition(text)] for text in COMPARISONS if text.count("_") == 2)
        yield from (
            [{"name": "amount", "operator": "eq", "value": 100}],
            [{"name": "paid", "operator": "gt", "value": True}],
        )
        yield from ([{"name": "nothing", "operator": "eq", "value": None}], [{"value": 1}], [None], {}, "x")
        return
    if kind == "array":
        if schema.get("items", {}).get("type") == "string":
            yield from ([part for part in text.split(",") if part] for text in LISTED.get(name, (NOWHERE,)))
            yield from ([NOWHERE], [], [None], "x", {})
        return
    texts = texts_of(Parameter(name, kind, schema.get("format"), tuple(schema.get("enum", ()))))
    if kind == "boolean":
        yield from (True, False, None, "x", "", 1)
    elif kind == "integer":
        yield from (0, 1, 7, 30, 60, None, "x", 1.9, 99999999999, "")
    elif kind == "string":
        yield from (*texts, None, ["x"], {})


def _condition(text: str) -> dict[str, Any]:
    name, operator, value = text.split("_")
    return {"name": name, "operator": operator, "value": value}

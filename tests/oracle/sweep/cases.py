"""What is asked: a case is one request to both servers; those that only read come first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.oracle.sweep.published import Operation, Parameter, properties
from tests.oracle.sweep.server import Query
from tests.oracle.sweep.values import DEFINITION, NOWHERE, ORDER_1, TASK, texts_of, values_of

PLACES = {
    "/batch/{id}": ("@{batch:set-variables}",),
    "/deployment/{id}": ("@{deployment:order:None}",),
    "/event-subscription/{id}": ("@{subscription:waits-1:message:message}",),
    "/execution/{id}": ("@{execution:worker-1:work}", ORDER_1),
    "/external-task/{id}": ("@{external:worker-1:work}",),
    "/history/activity-instance/{id}": ("@{activity:order-1:approve}",),
    "/history/batch/{id}": ("@{batch:set-variables}",),
    "/history/external-task-log/{id}": ("@{log:worker-1:['failureLog']}",),
    "/history/process-definition/{id}": (DEFINITION,),
    "/history/process-instance/{id}": (ORDER_1, "@{instance:worker-3}"),
    "/history/variable-instance/{id}": ("@{variable:order-1:amount:instance}", "@{variable:order-1:file:instance}"),
    "/incident/{id}": ("@{incident:worker-1:work:failedExternalTask}",),
    "/job-definition/{id}": ("@{job-definition:definition:failing:1:None:fails}",),
    "/job/{id}": ("@{job:failing-1:job-definition:definition:failing:1:None:fails}",),
    "/process-definition/{id}": (DEFINITION,),
    "/process-instance/{id}": (ORDER_1, "@{instance:parent-1}", "@{instance:waits-1}", "@{instance:worker-3}"),
    "/task/{id}": (TASK, "@{task:mapped-1:keep}"),
    "/variable-instance/{id}": ("@{variable:order-1:amount:instance}", "@{variable:order-1:bytes:instance}"),
}
"""Where `{id}` of these paths may point; `no-such` is always tried as well."""
INNER = {
    "{key}": ("order", NOWHERE),
    "{tenant-id}": ("north", NOWHERE),
    "{varName}": ("amount", "doc", "file", "object", "mine", NOWHERE),
    "{messageName}": ("paid", NOWHERE),
    "{resourceId}": (NOWHERE,),
    "{attachmentId}": (NOWHERE,),
    "{commentId}": (NOWHERE,),
    "{metrics-name}": ("activity-instance-start", NOWHERE),
}
READING_POSTS = ("task", "process-instance", "execution", "external-task", "job", "job-definition", "variable-instance")
UNKNOWN = "noSuchName"


@dataclass(frozen=True)
class Case:
    """One request; `subject` is the parameter or member that it is about."""

    operation: str
    subject: str
    method: str
    path: str
    query: Query = ()
    body: Any = None
    ordered: bool = False

    @property
    def paged(self) -> bool:
        """Tell whether this is a page of a list without an order."""
        names = {name for name, _ in self.query}
        return bool(names & {"firstResult", "maxResults"}) and "sortBy" not in names

    @property
    def text(self) -> str:
        """Return the request in one line."""
        query = "&".join(f"{name}={value}" for name, value in self.query)
        return f"{self.method} {self.path}{'?' if query else ''}{query}" + (
            "" if self.body is None else f" {self.body}"
        )


def reading(operation: Operation) -> Iterator[Case]:
    """Yield the cases of an operation that changes nothing; none for one that does."""
    if operation.method == "GET":
        yield from _gets(operation)
    elif operation.method == "POST" and _is_list(operation):
        yield from _posts(operation)
    elif operation.method == "OPTIONS":
        yield from (Case(operation.name, "", "OPTIONS", path) for path in paths(operation.path))


def _is_list(operation: Operation) -> bool:
    return operation.path.removesuffix("/count").removeprefix("/").removeprefix("history/") in (
        *READING_POSTS,
        "activity-instance",
        "detail",
        "external-task-log",
        "job-log",
    )


def paths(template: str) -> list[str]:
    """Return the paths that a template stands for."""
    found = [template]
    for prefix, ids in PLACES.items():
        if template == prefix or template.startswith(f"{prefix}/"):
            found = [template.replace("{id}", id, 1) for id in (*ids, NOWHERE)]
    for name, values in INNER.items():
        found = [path.replace(name, value) for path in found for value in (values if name in path else ("",))]
    return [path.replace("{id}", NOWHERE) for path in found]


def _gets(operation: Operation) -> Iterator[Case]:
    places = paths(operation.path)
    for path in places:
        yield Case(operation.name, "", "GET", path)
        for parameter in operation.parameters:
            yield from _of_parameter(operation, path, parameter)
        if operation.parameters:
            yield Case(operation.name, "unknown name", "GET", path, ((UNKNOWN, "x"),))
        if "{id}" in operation.path and operation.parameters:
            break


def _of_parameter(operation: Operation, path: str, parameter: Parameter) -> Iterator[Case]:
    name = parameter.name
    if name == "sortOrder":
        yield Case(operation.name, name, "GET", path, ((name, "asc"),))
        return
    for text in texts_of(parameter):
        more = _beside(operation, name)
        if name == "sortBy":
            for direction in ("asc", "desc", "x"):
                yield Case(
                    operation.name, name, "GET", path, ((name, text), ("sortOrder", direction)), None, direction != "x"
                )
        else:
            yield Case(operation.name, name, "GET", path, ((name, text), *more))
        if "," in text:
            repeated = tuple((name, part) for part in text.split(","))
            yield Case(operation.name, name, "GET", path, (*repeated, *more))


def _beside(operation: Operation, name: str) -> Query:
    """Return what a parameter needs beside it to mean anything."""
    names = {each.name for each in operation.parameters}
    beside = []
    if "report" in operation.path and name != "reportType" and "reportType" in names:
        beside += [("reportType", "duration")]
    if name == "variableValue":
        beside += [("variableName", "amount")]
    if name in ("variableNamesIgnoreCase", "variableValuesIgnoreCase"):
        wanted = next((each for each in ("variables", "processVariables", "variableValues") if each in names), None)
        beside += [(wanted, "TEXT_eq_blue car")] if wanted else [("variableName", "AMOUNT")]
    if name == "includeAssignedTasks":
        beside += [("candidateGroup", "sales")]
    if name.startswith("include") and name.endswith("WithoutTenantId"):
        beside += [("tenantIdIn", "north")]
    if name == "processDefinitionWithoutTenantId":
        return ()
    return tuple(beside)


def _posts(operation: Operation) -> Iterator[Case]:
    path = operation.path
    yield Case(operation.name, "", "POST", path, (), {})
    yield Case(operation.name, "unknown name", "POST", path, (), {UNKNOWN: "x"})
    for name, schema in properties(operation.body):
        if name in ("sortBy", "sortOrder"):
            continue
        if name == "sorting":
            yield from _sortings(operation, schema)
        for value in values_of(name, schema):
            yield Case(operation.name, name, "POST", path, (), {name: value})
            if "orQueries" in dict(properties(operation.body)):
                either = {"orQueries": [{name: value, "tenantIdIn": ["north"]}]}
                yield Case(operation.name, f"orQueries.{name}", "POST", path, (), either)


def _sortings(operation: Operation, schema: Any) -> Iterator[Case]:
    choices = schema.get("items", {}).get("properties", {}).get("sortBy", {}).get("enum", ())
    for choice in (*choices, "x", None):
        for direction in ("asc", "desc", "x", None):
            body = {"sorting": [{"sortBy": choice, "sortOrder": direction}]}
            yield Case(operation.name, "sorting", "POST", operation.path, (), body, direction in ("asc", "desc"))

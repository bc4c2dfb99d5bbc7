"""What an operation is tried on: something new of its kind for every case, under the name `@{target}`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.oracle.sweep.models import line, timer_boundary, user_task
from tests.oracle.sweep.seed import FEW, start, task_of
from tests.oracle.sweep.server import Server

Target = Callable[[Server, str], str]
"""Make something on a server, under a business key of its own; return its id."""


def aim(server: Server, name: str, id: str) -> None:
    """Let a name stand for another id from now on."""
    server.ids[name] = id
    server.names[id] = name


def instance(server: Server, key: str, *, of: str = "plain") -> str:
    """Start an instance, `@{instance}` from now on."""
    id = start(server, of, key, FEW)
    aim(server, "instance", id)
    return id


def waiting(server: Server, key: str) -> str:
    """Start an instance that waits for everything."""
    return instance(server, key, of="waits")


def receiving(server: Server, key: str) -> str:
    """Return the execution of a receive task."""
    waiting(server, key)
    rows = server.ask("GET", "/execution", processInstanceId=server.ids["instance"], activityId="receive")
    return str(rows[0]["id"])


def task(server: Server, key: str) -> str:
    """Return a user task."""
    instance(server, key)
    return task_of(server, key)


def comment(server: Server, key: str) -> str:
    """Return a task with a comment, which is `@{comment}`, and an attachment, which is `@{attachment}`."""
    id = task(server, key)
    aim(server, "comment", server.ask("POST", f"/task/{id}/comment/create", {"message": "hello"})["id"])
    form = {"attachment-name": (None, "note"), "content": ("note.txt", "a note")}
    aim(server, "attachment", server.call("POST", f"/task/{id}/attachment/create", form=form).body["id"])
    return id


def commented(server: Server, key: str) -> str:
    """Return an instance whose task has a comment."""
    comment(server, key)
    return server.ids["instance"]


def external(server: Server, key: str) -> str:
    """Return an external task that `w` has locked."""
    instance(server, key, of="worker")
    id = str(server.ask("GET", "/external-task", processInstanceId=server.ids["instance"])[0]["id"])
    server.ask("POST", f"/external-task/{id}/lock", {"workerId": "w", "lockDuration": 9000000})
    return id


def job(server: Server, key: str) -> str:
    """Return the job of a timer that is far away."""
    instance(server, key, of="order")
    return str(server.ask("GET", "/job", processInstanceId=server.ids["instance"])[0]["id"])


def incident(server: Server, key: str) -> str:
    """Return an incident of a kind of its own."""
    id = instance(server, key)
    execution = server.ask("GET", "/task", processInstanceId=id)[0]["executionId"]
    body = {"incidentType": "custom", "configuration": "c", "message": "m"}
    return str(server.ask("POST", f"/execution/{execution}/create-incident", body)["id"])


def deployment(server: Server, key: str) -> str:
    """Deploy a model of its own and start it; the definition is `@{definition}`, its key `@{key}`."""
    model = line(key, user_task("task"), beside=timer_boundary("task"))
    deployed = server.deploy(key, {f"{key}.bpmn": model})
    server.deploy(key, {f"{key}.bpmn": model}, tenant_id="north")
    aim(server, "definition", next(iter(deployed["deployedProcessDefinitions"])))
    aim(server, "key", key)
    instance(server, key, of=key)
    return str(deployed["id"])


def definition(server: Server, key: str) -> str:
    """Return a process definition of its own, with an instance."""
    deployment(server, key)
    return server.ids["definition"]


def job_definition(server: Server, key: str) -> str:
    """Return the job definition of a timer."""
    deployment(server, key)
    return str(server.ask("GET", "/job-definition", processDefinitionId=server.ids["definition"])[0]["id"])


def ended(server: Server, key: str) -> str:
    """Return an instance that has ended."""
    id = task(server, key)
    server.ask("POST", f"/task/{id}/complete", {})
    return server.ids["instance"]


def variable(server: Server, key: str) -> str:
    """Return a variable of an instance."""
    id = instance(server, key)
    return str(server.ask("GET", "/history/variable-instance", processInstanceId=id, variableName="amount")[0]["id"])


def batch(server: Server, key: str) -> str:
    """Return a batch that is done before long."""
    body = {"processInstanceIds": [instance(server, key)], "variables": {"batched": {"value": 1}}}
    return str(server.ask("POST", "/process-instance/variables-async", body)["id"])


BY_PATH: Mapping[str, Target] = {
    "/task/{id}/comment": comment,
    "/task/{id}/attachment": comment,
    "/task/": task,
    "/process-instance/{id}/comment": commented,
    "/execution/{id}/signal": receiving,
    "/execution/{id}/messageSubscriptions": receiving,
    "/execution": instance,
    "/external-task": external,
    "/job-definition": job_definition,
    "/job/": job,
    "/incident": incident,
    "/deployment": deployment,
    "/process-definition": definition,
    "/migration": definition,
    "/modification": definition,
    "/message": waiting,
    "/signal": waiting,
    "/condition": waiting,
    "/history/process-instance/{id}": ended,
    "/history/process-instance": ended,
    "/history/variable-instance": variable,
    "/batch": batch,
    "/history/batch": batch,
    "/process-instance": instance,
}


def target_of(path: str) -> Target | None:
    """Return what makes the target of an operation, None if it needs none that is known here."""
    return next((make for prefix, make in BY_PATH.items() if path.startswith(prefix)), None)

"""A server with Camunda's REST API as one side of the comparison: Camunda itself, or Errand."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

import httpx

Row = dict[str, Any]
MS_PER_HOUR = 3_600_000
BODY = "#multiInstanceBody"


class ServerInstance:
    """One instance on a server, seen and moved as `tests.bpmn.migration.instance` does it in memory."""

    def __init__(self, url: str, tag: str, first: str, second: str, variables: Row) -> None:
        self.client = httpx.Client(base_url=url, timeout=60)
        self.tag = tag
        self.definitions = {name: self._deploy(name, xml) for name, xml in (("A", first), ("B", second))}
        self.names = {id: name for name, id in self.definitions.items()}
        self.first_seen: dict[str, str] = {}
        self.job_definitions: dict[str, Row] = {}
        for id in self.definitions.values():
            for found in self.get("/job-definition", processDefinitionId=id):
                self.job_definitions[found["id"]] = found
        body = {"variables": {name: {"value": value} for name, value in variables.items()}}
        self.started = datetime.datetime.now(datetime.UTC)
        self.id = self.post(f"/process-definition/{self.definitions['A']}/start", body).json()["id"]

    def _deploy(self, name: str, xml: str) -> str:
        files = {"data": (f"{self.tag}.bpmn", xml.encode())}
        made = self.client.post("/deployment/create", data={"deployment-name": f"{self.tag}-{name}"}, files=files)
        if made.status_code != 200:
            raise ValueError(made.text)
        found = made.json()["deployedProcessDefinitions"]
        return next(id for id, each in found.items() if each["key"] == self.tag)

    def get(self, path: str, **query: Any) -> Any:
        """Return the body of an answer."""
        answer = self.client.get(path, params=query)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: Any) -> httpx.Response:
        """Send a body, return the answer."""
        return self.client.post(path, json=body)

    def remove(self) -> None:
        """Take away what the comparison made."""
        for deployment in self.get("/deployment", nameLike=f"{self.tag}-%"):
            self.client.delete(f"/deployment/{deployment['id']}", params={"cascade": True})

    # what can be asked

    def plan(self, instructions: list[list[Any]]) -> Row:
        """Return the body of a plan."""
        return {
            "sourceProcessDefinitionId": self.definitions["A"],
            "targetProcessDefinitionId": self.definitions["B"],
            "instructions": [
                {"sourceActivityIds": [source], "targetActivityIds": [target], "updateEventTrigger": flag}
                for source, target, flag in instructions
            ],
        }

    def generate(self, *, update_event_triggers: bool = False) -> list[list[Any]]:
        """Return the proposed instructions."""
        body = self.plan([]) | {"updateEventTriggers": update_event_triggers}
        answer = self.post("/migration/generate", body)
        if answer.status_code != 200:
            return [["refused", str(answer.status_code), answer.json()["type"]]]
        return [_instruction(each) for each in answer.json()["instructions"]]

    def checked(self, instructions: list[list[Any]]) -> list[list[Any]]:
        """Return what is wrong with a plan."""
        answer = self.post("/migration/validate", self.plan(instructions)).json()
        return [
            [_instruction(each["instruction"]), [self._without_ids(text) for text in each["failures"]]]
            for each in answer["instructionReports"]
        ]

    def _without_ids(self, text: str) -> str:
        for id, name in self.names.items():
            text = text.replace(id, name)
        return text

    def outcome(self, instructions: list[list[Any]], variables: Row | None, skip_io_mappings: bool) -> Row:
        """Migrate; return {"ok": True}, or why not."""
        plan = self.plan(instructions)
        if variables is not None:
            plan["variables"] = {name: {"value": value} for name, value in variables.items()}
        body = {"migrationPlan": plan, "processInstanceIds": [self.id], "skipIoMappings": skip_io_mappings}
        answer = self.post("/migration/execute", body)
        if answer.status_code == 204:
            return {"ok": True}
        told = answer.json()
        report = told.get("validationReport") or {}
        return {
            "ok": False,
            "status": answer.status_code,
            "type": told["type"],
            "message": told["message"],
            "activities": sorted(self._refused(each) for each in report.get("activityInstanceValidationReports", ())),
            "transitions": sorted(
                self._refused(each) for each in report.get("transitionInstanceValidationReports", ())
            ),
            "failures": report.get("failures", []),
        }

    def _refused(self, report: Row) -> list[Any]:
        return [self._without_ids(report["sourceScopeId"]), sorted(report["failures"])]

    # what can be seen

    def observe(self) -> Row:
        """Return what is compared after every step."""
        answer = self.client.get(f"/process-instance/{self.id}/activity-instances")
        if answer.status_code == 404:
            return {"ended": True, "history": self._history()}
        return {
            "ended": False,
            "tree": self._tree(answer.json()),
            "tasks": sorted(self._tasks(), key=str),
            "jobs": sorted((self._job(job) for job in self.get("/job", processInstanceId=self.id)), key=str),
            "subscriptions": sorted((self._subscription(each) for each in self._subscriptions()), key=str),
            "variables": sorted(
                (
                    [each["name"], each["value"]]
                    for each in self.get("/variable-instance", processInstanceIdIn=self.id, deserializeValues=False)
                ),
                key=str,
            ),
            "history": self._history(),
        }

    def _tree(self, shown: Row) -> list[Any]:
        children = sorted(self._tree(child) for child in shown["childActivityInstances"])
        waiting = sorted(each["activityId"] for each in shown["childTransitionInstances"])
        return [
            self._seen(shown["id"], shown["activityId"]) if shown["parentActivityInstanceId"] else "",
            children,
            waiting,
        ]

    def _seen(self, id: str, activity_id: str) -> str:
        first = self.first_seen.setdefault(id, activity_id)
        return activity_id if first == activity_id else f"{activity_id}<{first}"

    def _tasks(self) -> list[list[Any]]:
        external = [
            [self._seen(each["id"], each["activityId"]), each["topicName"], each["workerId"], each["retries"]]
            for each in self.get("/external-task", processInstanceId=self.id)
        ]
        return external + [
            [self._seen(each["id"], each["taskDefinitionKey"]), each["name"], each["assignee"]]
            for each in self._people()
        ]

    def _job(self, job: Row) -> list[Any]:
        definition = self.job_definitions[job["jobDefinitionId"]]
        kind = "timer" if definition["jobType"].startswith("timer") else definition["jobConfiguration"]
        due = None
        if kind == "timer":
            at = datetime.datetime.strptime(job["dueDate"], "%Y-%m-%dT%H:%M:%S.%f%z")
            due = round((at - self.started).total_seconds() / 3600)
        return [self._seen(job["id"], definition["activityId"]), kind, due]

    def _subscriptions(self) -> list[Row]:
        found: list[Row] = self.get("/event-subscription", processInstanceId=self.id)
        return found

    def _subscription(self, each: Row) -> list[Any]:
        return [self._seen(each["id"], each["activityId"]), each["eventType"], each["eventName"]]

    def _history(self) -> Row:
        shown = (
            f"{each['activityId']}/{self.names[each['processDefinitionId']]}/"
            f"{'open' if each['endTime'] is None else each['canceled']}"
            for each in self.get("/history/activity-instance", processInstanceId=self.id)
        )
        return dict(sorted(Counter(shown).items()))

    # what can be done

    def do(self, operation: list[Any]) -> bool:
        """Do one operation, to all that there is of a kind unless it says otherwise; tell whether it was accepted."""
        kind, of = operation
        if kind == "set":
            body = {"value": of, "type": "Integer"}
            return self.client.put(f"/process-instance/{self.id}/variables/x", json=body).is_success
        found = self._found(kind, of)
        chosen = [each["id"] for each in found][: 1 if kind == "complete" else None]
        answers = []
        for id in chosen:
            for each in self._found(kind, of):
                if each["id"] == id:
                    answers.append(self._do(kind, each))
        return bool(answers) and all(answer.is_success for answer in answers)

    def _found(self, kind: str, activity_id: str) -> list[Row]:
        if kind == "job":
            activity = activity_id.removesuffix(BODY)
            return [each for each in self.get("/job", processInstanceId=self.id) if self._activity_of(each) == activity]
        if kind == "event":
            return [each for each in self._subscriptions() if each["activityId"] == activity_id]
        found = [each for each in self._people() if each["taskDefinitionKey"] == activity_id]
        external = self.get("/external-task", processInstanceId=self.id)
        return found + [each for each in external if each["activityId"] == activity_id]

    def _activity_of(self, job: Row) -> str:
        """Return the activity that a job waits at; Errand does not tell a body from what it repeats."""
        activity_id: str = self.job_definitions[job["jobDefinitionId"]]["activityId"]
        return activity_id.removesuffix(BODY)

    def _people(self) -> list[Row]:
        found: list[Row] = self.get("/task", processInstanceId=self.id)
        return [*found, *self.get("/task", processDefinitionKey=f"called_{self.tag}")]

    def _do(self, kind: str, each: Row) -> httpx.Response:
        match kind:
            case "job":
                return self.post(f"/job/{each['id']}/execute", {})
            case "lock":
                return self._lock(each)
            case "fail":
                self._lock(each)
                body = {"workerId": "w", "errorMessage": "broken", "retries": 0, "retryTimeout": 0}
                return self.post(f"/external-task/{each['id']}/failure", body)
            case "event":
                return self._event(each)
        if "taskDefinitionKey" in each:
            return self.post(f"/task/{each['id']}/complete", {})
        if each["workerId"] is None:
            self._lock(each)
        return self.post(f"/external-task/{each['id']}/complete", {"workerId": "w"})

    def _lock(self, each: Row) -> httpx.Response:
        return self.post(f"/external-task/{each['id']}/lock", {"workerId": "w", "lockDuration": MS_PER_HOUR})

    def _event(self, each: Row) -> httpx.Response:
        if each["eventType"] == "signal":
            return self.post("/signal", {"name": each["eventName"], "executionId": each["executionId"]})
        path = f"/execution/{each['executionId']}/messageSubscriptions/{each['eventName']}/trigger"
        return self.post(path, {})


def _instruction(each: Row) -> list[Any]:
    return [each["sourceActivityIds"][0], each["targetActivityIds"][0], each["updateEventTrigger"]]

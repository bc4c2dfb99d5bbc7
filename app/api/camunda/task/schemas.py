"""The bodies of requests on user tasks."""

from __future__ import annotations

from typing import Any

from app.api.camunda.rest.coercion import (
    JacksonBoolean,
    JacksonChoice,
    JacksonDate,
    JacksonInteger,
    JacksonSchema,
    JacksonString,
)
from app.api.camunda.rest.variables import JacksonVariables


class CompletionSchema(JacksonSchema):
    """Variables that a finished task leaves."""

    variables = JacksonVariables("variables")
    with_variables = JacksonBoolean("withVariablesInReturn", False)


class UserIdSchema(JacksonSchema):
    """A user."""

    user_id = JacksonString("userId", metadata={"example": "demo"})


class UserTaskBpmnErrorSchema(JacksonSchema):
    """A BPMN error that a person raises."""

    error_code = JacksonString("errorCode", metadata={"example": "OUT_OF_STOCK"})
    error_message = JacksonString("errorMessage")
    variables = JacksonVariables("variables")


class EscalationSchema(JacksonSchema):
    """An escalation that a person raises."""

    escalation_code = JacksonString("escalationCode", metadata={"example": "TOO_LATE"})
    variables = JacksonVariables("variables")


class TaskChangeSchema(JacksonSchema):
    """All attributes of a task that may be changed."""

    name = JacksonString("name")
    description = JacksonString("description")
    assignee = JacksonString("assignee")
    owner = JacksonString("owner")
    delegation_state = JacksonChoice("delegationState", ("PENDING", "RESOLVED"))
    due_at = JacksonDate("due")
    follow_up_at = JacksonDate("followUp")
    priority = JacksonInteger("priority", 0)


class IdentityLinkSchema(JacksonSchema):
    """A user or a group, and what it has to do with a task."""

    user_id = JacksonString("userId")
    group_id = JacksonString("groupId", metadata={"example": "accounting"})
    kind = JacksonString("type", metadata={"example": "candidate"})


def link_to_json(link: Any) -> dict[str, Any]:
    """Return a link of a task as JSON."""
    return {"userId": link.user_id, "groupId": link.group_id, "type": link.kind}

"""Who is calling: one Identity, whichever way it was proved; `identities.py` proves it.

bearer_tokens  Bearer tokens: which are genuine, and what their members say about the caller.
delegation     Claims that an identity server grants when asked, as 5Minds' does: `GET {url}/{claim}` with the token,
               204 is yes.
identities     From the Authorization header to an Identity, by token, by worker account, or by nothing in development.
oidc           Bearer tokens of an OpenID Connect issuer: its keys are fetched, kept, and fetched anew when it rotates
               them.
remote         Ask an identity server: short, bounded, and never following it anywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol

from app.errors import Forbidden, TopicForbidden

ACCESS_EXTERNAL_TASKS = "can_access_external_tasks"
WRITE_PROCESS_MODEL = "can_write_process_model"
MANAGE_PROCESS_INSTANCES = "can_manage_process_instances"
ADMINISTER = "can_administer"
ALL_CLAIMS = frozenset({ACCESS_EXTERNAL_TASKS, WRITE_PROCESS_MODEL, MANAGE_PROCESS_INSTANCES, ADMINISTER})


class Task(Protocol):
    """What is asked of an external task here."""

    @property
    def topic(self) -> str: ...
    @property
    def process_instance_id(self) -> str: ...
    @property
    def definition_key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified caller. `topics` are glob patterns, None means every topic. Never holds the credential itself."""

    user_id: str
    claims: frozenset[str] = frozenset()
    topics: tuple[str, ...] | None = None

    def may(self, claim: str) -> bool:
        """Tell whether the claim is granted; managing process instances includes the worker's claim."""
        return claim in self.claims or (claim == ACCESS_EXTERNAL_TASKS and MANAGE_PROCESS_INSTANCES in self.claims)

    def require(self, claim: str) -> None:
        """Raise Forbidden unless the claim is granted."""
        if not self.may(claim):
            raise Forbidden(self.user_id, claim)

    def covers(self, topic: str) -> bool:
        """Tell whether the identity may work on the topic."""
        return self.topics is None or any(fnmatchcase(topic, pattern) for pattern in self.topics)

    def require_topic(self, topic: str) -> None:
        """Raise TopicForbidden unless the topic is covered."""
        if not self.covers(topic):
            raise TopicForbidden(self.user_id, topic)

    def require_task(self, task: Task) -> None:
        """Raise TopicForbidden unless the task's topic is covered."""
        if not self.covers(task.topic):
            whose = {"instance_id": task.process_instance_id, "definition_key": task.definition_key}
            raise TopicForbidden(self.user_id, task.topic, **whose)


ANONYMOUS = Identity("anonymous", ALL_CLAIMS)
"""The caller of a development server that admits everybody."""


def user_of(identity: Identity) -> str | None:
    """Return whom the history names as the starter: nobody for a caller who did not say who it is."""
    return None if identity is ANONYMOUS else identity.user_id

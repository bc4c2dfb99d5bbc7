"""What nodes refer to by id: messages, signals, errors, escalations, and the handlers of compensation."""

from __future__ import annotations

from dataclasses import dataclass

from app.bpmn.parsing.xml import BPMN, Element, attribute


@dataclass(frozen=True, slots=True)
class DeclaredError:
    """An `<error>`: `code` None when it has none (it catches everything)."""

    code: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Declarations:
    """The root elements of a file by id, and what compensation boundary events are associated with."""

    messages: dict[str, str]
    signals: dict[str, str]
    errors: dict[str, DeclaredError]
    escalations: dict[str, str | None]
    associations: dict[str, str]

    def error(self, reference: str | None) -> DeclaredError:
        """Return what an `errorRef` means: no reference catches everything, an unknown one is itself the code."""
        if reference is None:
            return DeclaredError(None, None)
        return self.errors.get(_local(reference)) or DeclaredError(reference, None)

    def escalation(self, reference: str | None) -> str | None:
        """Return the code of an `escalationRef`, None for any."""
        return None if reference is None else self.escalations.get(_local(reference), reference)

    def message(self, reference: str | None) -> str | None:
        """Return the name of a `messageRef`."""
        return None if reference is None else self.messages.get(_local(reference))

    def signal(self, reference: str | None) -> str | None:
        """Return the name of a `signalRef`."""
        return None if reference is None else self.signals.get(_local(reference))


def _local(reference: str) -> str:
    """Return a reference without the prefix of its namespace (`tns:message_1`)."""
    return reference.rsplit(":", 1)[-1]


def read_declarations(root: Element) -> Declarations:
    """Collect what the file declares."""
    errors = {
        element.get("id", ""): DeclaredError(element.get("errorCode"), attribute(element, "errorMessage"))
        for element in root.iter(BPMN + "error")
    }
    return Declarations(
        messages={e.get("id", ""): e.get("name", "") for e in root.iter(BPMN + "message")},
        signals={e.get("id", ""): e.get("name", "") for e in root.iter(BPMN + "signal")},
        errors=errors,
        escalations={e.get("id", ""): e.get("escalationCode") for e in root.iter(BPMN + "escalation")},
        associations={e.get("sourceRef", ""): e.get("targetRef", "") for e in root.iter(BPMN + "association")},
    )

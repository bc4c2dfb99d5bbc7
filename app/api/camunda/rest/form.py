"""The parts of a multipart form, whether they were sent as a field or as a file."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from app.errors import InvalidText
from app.storable import is_storable, reason_against, storable


@dataclass(frozen=True, slots=True)
class FormPart:
    """One part. `filename` is None for a plain field, and empty where a file part names none."""

    name: str
    content: bytes
    filename: str | None = None
    content_type: str | None = None


def form_parts() -> list[FormPart]:
    """Return the parts of the request: the fields first, then the files; only the last of each name counts.

    Raises InvalidText for a field or a file's name that no database keeps.
    """
    fields = [FormPart(_kept(name, name), _kept(name, text).encode()) for name, text in request.form.items(multi=True)]
    files = [
        FormPart(_kept(name, name), upload.read(), _kept(name, upload.filename or ""), upload.content_type)
        for name, upload in request.files.items(multi=True)
    ]
    return list({part.name: part for part in [*fields, *files]}.values())


def _kept(part: str, text: str) -> str:
    if not is_storable(text):
        raise InvalidText(f"The part '{storable(part)}'", reason_against(text))
    return text


def form_text(name: str) -> str | None:
    """Return a part as text, None if it is absent."""
    return next((part.content.decode(errors="replace") for part in form_parts() if part.name == name), None)

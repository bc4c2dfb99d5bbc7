"""Variables that are bytes: their content as a download."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

from app.api.camunda.rest.errors import invalid_request
from app.bpmn.values import Variable

OCTET_STREAM = "application/octet-stream"


def binary_response(variable: Variable, owner_id: str) -> Response:
    """Answer with the content of a File or Bytes variable. Raises CamundaRefusal for every other type."""
    if variable.type in ("Bytes", "Null"):
        return Response(variable.value or b"", content_type=OCTET_STREAM)
    if variable.type != "File":
        raise invalid_request(f"Value of variable with id {owner_id} is not a binary value.")
    kind = str(variable.info.get("mimeType") or OCTET_STREAM)
    if variable.info.get("encoding"):
        kind = f"{kind}; charset={variable.info['encoding']}"
    return download(variable.value or b"", kind, str(variable.info.get("filename", "data")))


def download(content: bytes, content_type: str, filename: str) -> Response:
    """Answer with a file; its name is given in both forms of RFC 6266. Browsers must not run what somebody uploaded."""
    response = Response(content, content_type=_header_safe(content_type))
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{_quotable(filename)}\"; filename*=UTF-8''{quote(filename, safe='')}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _header_safe(text: str) -> str:
    return "".join(character for character in text if character.isprintable() and character.isascii()) or OCTET_STREAM


def _quotable(filename: str) -> str:
    return "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in filename)

"""Ask an identity server: short, bounded, and never following it anywhere else."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

from app.errors import ErrandError

TIMEOUT_S = 5.0
MAX_BYTES = 1_000_000


class IdentityServerSilent(ErrandError):
    """The identity server did not answer, or not so that the answer means anything."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The identity server could not be asked: {reason}.")
        self.reason = reason


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the caller's token to wherever it points."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""
        return


_OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def get(url: str, token: str | None = None) -> tuple[int, bytes]:
    """Return status and body of a GET. Raises IdentityServerSilent."""
    request = urllib.request.Request(url, headers={"Accept": "application/json"})
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with _OPENER.open(request, timeout=TIMEOUT_S) as answer:
            return answer.status, answer.read(MAX_BYTES)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""
    except (OSError, ValueError) as error:
        raise IdentityServerSilent(type(error).__name__) from None

"""Signatures of what is sent to webhooks, as Standard Webhooks describes them (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

PREFIX = "whsec_"


def new_secret() -> str:
    """Return a secret of 256 bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed_headers(secret: str, message_id: str, now_s: int, body: bytes) -> dict[str, str]:
    """Return the headers that name, date and sign a message: HMAC-SHA256 over `{id}.{seconds}.{body}`, in base64."""
    content = b"%s.%d.%s" % (message_id.encode(), now_s, body)
    signature = base64.b64encode(hmac.new(_key(secret), content, hashlib.sha256).digest()).decode()
    return {"webhook-id": message_id, "webhook-timestamp": str(now_s), "webhook-signature": f"v1,{signature}"}


def _key(secret: str) -> bytes:
    """Return the key: what follows `whsec_` is base64, any other text is itself."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()

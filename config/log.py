"""Logging: one JSON object a line, to standard error, and never a credential."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from gunicorn.glogging import Logger

CREDENTIALS = re.compile(
    r"(?i)\b(bearer|basic)\s+[\w\-.~+/=]{6,}"  # an Authorization header
    r"|\beyJ[\w\-]+\.[\w\-]+\.[\w\-]*"  # a JWT wherever it stands
    r"|(?<=://)([^/\s:@]+):[^/\s@]+(?=@)"  # user and password of a URL
)


class JsonLine(logging.Formatter):
    """Write a record as `{"at", "level", "logger", "message"}`, with `error` where an exception is told."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_credentials(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = without_credentials(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def without_credentials(text: str) -> str:
    """Return the text with everything that looks like a credential struck out."""
    return CREDENTIALS.sub("[credential]", text)


def logging_settings(level: str) -> dict[str, Any]:
    """Return the settings for `logging.config.dictConfig`; gunicorn and the app write through the same handler."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLine}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {
            name: {"level": level, "handlers": [], "propagate": True} for name in ("gunicorn.error", "gunicorn.access")
        },
    }


class ServerLogger(Logger):  # type: ignore[misc]
    """Gunicorn's logger, which writes a line a request only at the level DEBUG: it costs as much as the request."""

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Log one request."""
        if self.access_log.isEnabledFor(logging.DEBUG):
            super().access(resp, req, environ, request_time)

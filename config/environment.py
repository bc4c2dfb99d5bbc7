"""From text to a setting: what may stand in an environment variable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from config.default import Settings

SECRETS = frozenset({"jwt_secret", "jwt_public_key", "engine_secret"})
CHOICES = {
    "unhandled_bpmn_error": ("incident", "silent", "reject", "abort"),
    "scripts": ("javascript", "off"),
    "jwt_algorithm": ("HS256", "RS256", "ES256"),
    "log_level": ("DEBUG", "INFO", "WARNING", "ERROR"),
}
_SWITCH = {
    **dict.fromkeys(("on", "true", "yes", "1"), True),
    **dict.fromkeys(("off", "false", "no", "0"), False),
}


class InvalidSettings(Exception):
    """The environment holds what the server cannot start with. The message names the variable and says what to set."""


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of all settings that `environ` holds, by field name. An empty variable counts as absent.

    Raises InvalidSettings.
    """
    return {
        declared.name: _value(declared, environ[variable].strip())
        for variable, declared in variables().items()
        if environ.get(variable, "").strip()
    }


def variables() -> dict[str, Field[Any]]:
    """Return the setting of each environment variable."""
    return {declared.metadata["variable"]: declared for declared in fields(Settings)}


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Return the variables that look like settings and are none: a slip of the pen, most likely."""
    return sorted(name for name in environ if name.startswith("ERRAND_") and name not in variables())


def _value(declared: Field[Any], text: str) -> Any:
    variable = declared.metadata["variable"]
    if declared.name in SECRETS:
        return _secret(variable, text)
    if declared.name in CHOICES:
        return _choice(variable, text, CHOICES[declared.name])
    if isinstance(declared.default, bool):
        return _SWITCH[_choice(variable, text.lower(), _SWITCH)]
    if isinstance(declared.default, int):
        return _whole_number(variable, text)
    if isinstance(declared.default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _choice(variable: str, text: str, choices: Any) -> str:
    if text not in choices:
        raise InvalidSettings(f"{variable} is '{text}'; it may be {', '.join(choices)}.")
    return text


def _whole_number(variable: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise InvalidSettings(f"{variable} is '{text}'; it must be a whole number, 0 or more.")
    return int(text)


def _secret(variable: str, text: str) -> str:
    """Return the secret itself; `file:/path` keeps it out of the environment. Never show the text in an error."""
    if not text.startswith("file:"):
        return text
    path = Path(text.removeprefix("file:")).expanduser()
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettings(
            f"{variable} names the file {path}, which cannot be read: {type(error).__name__}."
        ) from None

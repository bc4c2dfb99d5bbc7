"""Which language a text of the model is in, and the code that it makes."""

from __future__ import annotations

import re
from enum import Enum, auto
from posixpath import basename

from app.bpmn.expressions import is_expression
from app.bpmn.graph import Code
from app.bpmn.parsing.expressions import Source
from app.bpmn.parsing.xml import Element, local_name, text_of
from app.bpmn.scripts import Script
from app.bpmn.surroundings import Surroundings

_JAVASCRIPT = frozenset(("javascript", "js", "ecmascript", "graal.js"))
_FREEMARKER = frozenset(("freemarker", "ftl"))
_DIRECTIVE = re.compile(r"<#|<@|\[#|\$\{[^}]*[?!][^}]*\}")
_SCHEME = re.compile(r"^(deployment|classpath)://")


class Language(Enum):
    """The languages that run here, and how those that do not are told from them."""

    JUEL = auto()
    JAVASCRIPT = auto()
    OTHER = auto()


def language_of(name: str | None, text: str) -> Language:
    """Return the language of a text that names it (`scriptFormat`, `language`), or none: then it is JUEL.

    A Freemarker text without directives is what JUEL makes of it as well.
    """
    lowered = (name or "").lower()
    if lowered in _JAVASCRIPT:
        return Language.JAVASCRIPT
    if lowered in ("", "juel") or (lowered in _FREEMARKER and not _DIRECTIVE.search(text)):
        return Language.JUEL
    return Language.OTHER


def read_code(element: Element, text: str | None, language: str | None, source: Source) -> Code | None:
    """Return the code of a text, None where there is none."""
    if text is None or not text.strip():
        return None
    if language_of(language, text) is Language.JAVASCRIPT:
        return Script(text)
    if source.reads_token and not language and not is_expression(text):
        is_condition = local_name(element) == "conditionExpression"
        return Script(f"return {text.strip()}" if is_condition else text, of_token=True)
    return source.compile(text.strip(), element)


def read_script_element(element: Element, source: Source) -> Code | None:
    """Read a `camunda:script`: its text, or the file that it names."""
    return read_code(
        element, script_text(element, element.get("resource"), source.surroundings), language_in(element), source
    )


def language_in(element: Element) -> str | None:
    """Return the language that an element names."""
    return element.get("scriptFormat")


def script_text(element: Element, resource: str | None, surroundings: Surroundings) -> str | None:
    """Return the text of a script: its own, or that of the file of the deployment that `resource` names."""
    if resource is None:
        return text_of(element)
    content = resource_content(resource, surroundings)
    return None if content is None else content.decode("utf-8", errors="replace")


def resource_content(resource: str, surroundings: Surroundings) -> bytes | None:
    """Return the file of the deployment that a script's resource names, whole or by its last part; None for none.

    Camunda looks for names without `deployment://` among the classes of an application; here there are none.
    """
    name = _SCHEME.sub("", resource.strip()).lstrip("/")
    return surroundings.files.get(name) or surroundings.files.get(basename(name))

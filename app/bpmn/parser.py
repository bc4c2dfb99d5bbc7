"""Turn a BPMN file into process definitions."""

from __future__ import annotations

from app.bpmn.graph import ParsedModel
from app.bpmn.limits import Limits
from app.bpmn.parsing.declarations import read_declarations
from app.bpmn.parsing.expressions import Source
from app.bpmn.parsing.processes import ProcessReader
from app.bpmn.parsing.token_models import is_from_five_minds, reads_token, simplify
from app.bpmn.parsing.xml import BPMN, plain_flag, read_xml
from app.bpmn.surroundings import NO_SURROUNDINGS, Surroundings
from app.bpmn.validation import validate
from app.errors import ModelRefused

__all__ = ["Limits", "parse"]

_DEFAULT_LIMITS = Limits()


def parse(
    xml: bytes,
    *,
    resource: str = "",
    limits: Limits = _DEFAULT_LIMITS,
    surroundings: Surroundings = NO_SURROUNDINGS,
) -> ParsedModel:
    """Return the executable processes of a file, with warnings about what has no effect here.

    `resource` is the file's name, kept with the refusal; `surroundings` hold the files that its scripts may name.
    Raises ModelRefused with all problems of the file.
    """
    root = read_xml(xml, resource, limits)
    if is_from_five_minds(root):
        simplify(root)
    findings = validate(root, limits, xml, surroundings)
    if findings.problems:
        raise ModelRefused(findings.problems, findings.warnings, resource)
    source = Source(read_declarations(root), surroundings, reads_token(root))
    executable = [e for e in root.iter(BPMN + "process") if plain_flag(e, "isExecutable", False)]
    processes = tuple(ProcessReader(element, source).read() for element in executable)
    if source.problems:
        raise ModelRefused(source.problems, findings.warnings, resource)
    return ParsedModel(processes, tuple(findings.warnings))

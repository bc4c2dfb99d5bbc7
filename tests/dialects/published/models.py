"""The models that the published clients work on."""

from __future__ import annotations

from tests.builders import error, error_boundary, external_task, flow, process, task_with_error

FIELD = '<camunda:formData><camunda:formField id="approved" type="boolean"/></camunda:formData>'
FORM = f"<extensionElements>{FIELD}</extensionElements>"
ASKING = process(
    '<startEvent id="start"/>',
    f'<userTask id="ask" name="Ask">{FORM}</userTask>',
    external_task("then", "manual"),
    '<endEvent id="end"/>',
    flow("start", "ask"),
    flow("ask", "then"),
    flow("then", "end"),
    id="asking",
)
MANUAL = process(
    '<startEvent id="start"/>',
    external_task("then", "manual"),
    '<endEvent id="end"/>',
    flow("start", "then"),
    flow("then", "end"),
    id="manual",
)
CUBE = process(
    '<startEvent id="start"/>',
    external_task("work", "cube"),
    error_boundary("work", "OUT_OF_STOCK"),
    external_task("repair", "cube-repair"),
    '<endEvent id="end"/>',
    '<endEvent id="repaired"/>',
    flow("start", "work"),
    flow("work", "end"),
    flow("caught", "repair"),
    flow("repair", "repaired"),
    id="cube",
    definitions=error("OUT_OF_STOCK"),
)
MODELS = {"process": task_with_error(), "asking": ASKING, "manual": MANUAL}

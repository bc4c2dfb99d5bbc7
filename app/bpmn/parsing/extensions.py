"""The extension elements that change how a model runs: mappings, properties, error definitions."""

from __future__ import annotations

from types import MappingProxyType

from app.bpmn.graph import (
    CallMapping,
    ErrorDefinition,
    ExternalDefinition,
    InputOutput,
    ListValue,
    MapValue,
    Parameter,
    ParameterValue,
)
from app.bpmn.parsing.expressions import Source
from app.bpmn.parsing.scripts import read_script_element
from app.bpmn.parsing.xml import Element, attribute, extensions, flag, local_name, text_of

CONNECTOR_RESULTS = ("statusCode", "response", "headers")
"""What a connector's worker returns."""

_NO_PROPERTIES: MappingProxyType[str, str] = MappingProxyType({})


def read_input_output(element: Element, source: Source) -> InputOutput | None:
    """Read `camunda:inputOutput`."""
    container = next(extensions(element, "inputOutput"), None)
    return None if container is None else _parameters(container, source)


def _read_input_output(connector: Element, source: Source) -> InputOutput:
    """Read the mappings inside a connector, where they stand without `extensionElements`."""
    found = (each for each in connector if isinstance(each.tag, str) and local_name(each) == "inputOutput")
    container = next(found, None)
    return InputOutput((), ()) if container is None else _parameters(container, source)


def _parameters(container: Element, source: Source) -> InputOutput:
    named = [each for each in container if isinstance(each.tag, str)]
    return InputOutput(
        tuple(_parameter(each, source) for each in named if local_name(each) == "inputParameter"),
        tuple(_parameter(each, source) for each in named if local_name(each) == "outputParameter"),
    )


def _parameter(element: Element, source: Source) -> Parameter:
    return Parameter(element.get("name", ""), _value(element, source))


def _value(element: Element, source: Source) -> ParameterValue:
    """Read a text, a `camunda:list`, `camunda:map` or `camunda:script`, nested as deep as the file may be."""
    for child in element:
        name = local_name(child)
        if name == "list":
            return ListValue(tuple(_item(item, source) for item in child))
        if name == "map":
            return MapValue(tuple((entry.get("key", ""), _value(entry, source)) for entry in child))
        if name == "script":
            return read_script_element(child, source)
    return source.optional(text_of(element), element)


def _item(element: Element, source: Source) -> ParameterValue:
    if local_name(element) == "list":
        return ListValue(tuple(_item(item, source) for item in element))
    if local_name(element) == "map":
        return MapValue(tuple((entry.get("key", ""), _value(entry, source)) for entry in element))
    return _value(element, source)


def read_mappings(element: Element, direction: str, source: Source) -> tuple[CallMapping, ...]:
    """Read the `camunda:in` or `camunda:out` elements (`direction`)."""
    return tuple(_mapping(mapping, source) for mapping in extensions(element, direction))


def _mapping(element: Element, source: Source) -> CallMapping:
    return CallMapping(
        source=element.get("source"),
        expression=source.optional(element.get("sourceExpression"), element),
        target=element.get("target"),
        all_variables=element.get("variables") == "all",
        business_key=source.optional(element.get("businessKey"), element),
        local=element.get("local", "").lower() == "true",
    )


def read_properties(*elements: Element | None) -> MappingProxyType[str, str]:
    """Read `camunda:properties` of a node (and of its event definition)."""
    found: dict[str, str] = {}
    for element in elements:
        for container in () if element is None else extensions(element, "properties"):
            for entry in container:
                if name := entry.get("name") or entry.get("id"):
                    found[name] = entry.get("value", "")
    return MappingProxyType(found) if found else _NO_PROPERTIES


def read_error_definitions(element: Element, source: Source) -> tuple[ErrorDefinition, ...]:
    """Read `camunda:errorEventDefinition`; one without `errorRef` has no meaning."""
    return tuple(
        ErrorDefinition(
            code=source.declarations.error(definition.get("errorRef")).code,
            condition=source.optional(definition.get("expression"), definition),
            code_variable=attribute(definition, "errorCodeVariable") or definition.get("errorCodeVariable"),
            message_variable=attribute(definition, "errorMessageVariable") or definition.get("errorMessageVariable"),
        )
        for definition in extensions(element, "errorEventDefinition")
        if definition.get("errorRef")
    )


def read_external(element: Element, source: Source) -> ExternalDefinition | None:
    """Read what makes an element an external task: `camunda:type="external"` in any case, with a topic, or a connector,
    whose id is the topic."""
    topic = attribute(element, "topic") or ""
    if (attribute(element, "type") or "").lower() != "external":
        connector = connector_of(element)
        if connector is None:
            return None
        topic = connector_id(connector)
    return ExternalDefinition(
        source.compile(topic, element), source.optional(attribute(element, "taskPriority"), element)
    )


def connector_of(element: Element) -> Element | None:
    """Return the `camunda:connector` of an element that is to call one."""
    return next(extensions(element, "connector"), None)


def connector_id(connector: Element) -> str:
    """Return which connector is meant, an empty text if none is named."""
    found = (text_of(child) for child in connector if isinstance(child.tag, str) and local_name(child) == "connectorId")
    return next(found, None) or ""


def with_connector(own: InputOutput | None, element: Element, source: Source) -> InputOutput | None:
    """Return the mappings of an element with those of its connector, if it calls one: further inputs, earlier outputs.

    What the worker returns stays with the task, unless an output takes it further: it meets variables of its name.
    """
    connector = connector_of(element)
    if connector is None or (attribute(element, "type") or "").lower() == "external":
        return own
    inner = _read_input_output(connector, source)
    own = own or InputOutput((), ())
    named = {parameter.name for parameter in (*own.inputs, *inner.inputs)}
    returned = tuple(Parameter(name, None) for name in CONNECTOR_RESULTS if name not in named)
    return InputOutput((*own.inputs, *inner.inputs, *returned), (*inner.outputs, *own.outputs))


def read_retry_cycle(element: Element) -> str | None:
    """Return the text of `camunda:failedJobRetryTimeCycle`."""
    return next((text_of(cycle) for cycle in extensions(element, "failedJobRetryTimeCycle")), None)


def is_async(element: Element, when: str) -> bool:
    """Tell whether an asynchronous continuation is wanted (`asyncBefore` also as the older `async`)."""
    return flag(element, when) or (when == "asyncBefore" and flag(element, "async"))

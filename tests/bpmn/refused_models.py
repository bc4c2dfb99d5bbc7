"""Parts of models that cannot run, each with the element that is named and the message."""
# ruff: noqa: E501

from __future__ import annotations

SCRIPT_FIX = 'write it in JavaScript, or make it an external task (camunda:type="external" with camunda:topic)'
FIX = 'make it an external task (camunda:type="external" with camunda:topic) and do the work in a worker'


def event(tag: str, definition: str, attributes: str = "") -> str:
    return f'<{tag} id="b" {attributes}>{definition}</{tag}>'


UNRUNNABLE = [
    ("<task/>", "p", "The attribute 'id' is required on task"),
    ('<teaTask id="x"/>', "x", "'teaTask' is no element of BPMN 2.0"),
    ('<complexGateway id="x"/>', "x", "complexGateway is not supported: use inclusive or exclusive gateways"),
    (
        '<adHocSubProcess id="x"/>',
        "x",
        "adHocSubProcess is not supported: model the order of its activities, or start them by non-interrupting event "
        "subprocesses",
    ),
    ('<task id="x"><task id="y"/></task>', "y", "'task' cannot stand inside 'task'"),
    (
        '<serviceTask id="x"/>',
        "x",
        "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on serviceTask. "
        'Here: camunda:type="external" with camunda:topic.',
    ),
    (
        '<serviceTask id="x" camunda:type="external"/>',
        "x",
        "External tasks must specify a 'topic' attribute in the camunda namespace",
    ),
    ('<sendTask id="x" camunda:type="y"/>', "x", "Invalid usage of type attribute on sendTask: 'y'"),
    (
        '<serviceTask id="x" camunda:type="mail"/>',
        "x",
        'camunda:type="mail" on serviceTask is not supported: make it an external task',
    ),
    (
        '<businessRuleTask id="x" camunda:decisionRef="d" camunda:mapDecisionResult="y"/>',
        "x",
        "No decision result mapper found for name 'y'. "
        "Supported mappers are 'singleEntry', 'singleResult', 'collectEntries' and 'resultList'.",
    ),
    (
        '<businessRuleTask id="x" camunda:decisionRef="d" camunda:decisionRefBinding="version"/>',
        "x",
        "Missing attribute 'decisionRefVersion' when 'decisionRefBinding' has value 'version'",
    ),
    (
        '<businessRuleTask id="x" camunda:decisionRef="d" camunda:decisionRefVersion="one"/>',
        "x",
        "decisionRefVersion 'one' is no number",
    ),
    (
        '<serviceTask id="x" camunda:delegateExpression="${bean}"/>',
        "x",
        f"camunda:delegateExpression on serviceTask: the Java delegate '${{bean}}' cannot run here; {FIX}",
    ),
    (
        '<serviceTask id="x" camunda:expression="${bean.run()}"/>',
        "x",
        "The expression '${bean.run()}' can never work: nothing has a method 'run', and there are no beans of Java; use a "
        "script, or an external task",
    ),
    (
        '<serviceTask id="x"><extensionElements><camunda:connector/></extensionElements></serviceTask>',
        "x",
        "A connector needs a connectorId of 600 characters at most: it is the topic of its task",
    ),
    (
        '<scriptTask id="x" scriptFormat="groovy"><script>1</script></scriptTask>',
        "x",
        "Script language 'groovy' is not supported, only JavaScript and JUEL: " + SCRIPT_FIX,
    ),
    ('<scriptTask id="x" scriptFormat="juel"/>', "x", "Unable to process ScriptTask: it has no script"),
    (
        '<task id="x"><extensionElements><camunda:executionListener event="start" class="a.B"/></extensionElements></task>',
        "x",
        "camunda:executionListener (start) with the Java class 'a.B' cannot run here: write it as an expression or a script, "
        "or use an external task",
    ),
    (
        '<userTask id="x"><extensionElements><camunda:taskListener event="create" class="a.B"/></extensionElements>'
        "</userTask>",
        "x",
        "camunda:taskListener (create) with the Java class 'a.B' cannot run here: write it as an expression or a script, or "
        "use an external task before or after the user task",
    ),
    ('<callActivity id="x"/>', "x", "Missing attribute 'calledElement' or 'caseRef'"),
    (
        '<callActivity id="x" camunda:caseRef="c"/>',
        "x",
        "camunda:caseRef on callActivity: CMMN cases are not supported; call a process with calledElement",
    ),
    (
        '<callActivity id="x" calledElement="c" camunda:calledElementBinding="version"/>',
        "x",
        "Missing attribute 'calledElementVersion' when 'calledElementBinding' has value 'version'",
    ),
    (
        '<callActivity id="x" calledElement="c"><extensionElements><camunda:in target="a"/></extensionElements>'
        "</callActivity>",
        "x",
        "Missing parameter 'source' or 'sourceExpression' when passing variables",
    ),
    (
        '<callActivity id="x" calledElement="c"><extensionElements><camunda:out source="a"/></extensionElements>'
        "</callActivity>",
        "x",
        "Missing attribute 'target' when attribute 'source' or 'sourceExpression' is set",
    ),
    (
        '<task id="x"><multiInstanceLoopCharacteristics/></task>',
        "x",
        "Either loopCardinality or loopDataInputRef/activiti:collection must be set",
    ),
    (
        '<userTask id="x" camunda:jobPriority="high"/>',
        "x",
        "Value 'high' for attribute 'jobPriority' is not a valid number",
    ),
    (
        '<userTask id="x" camunda:assignee="${a b}"/>',
        "x",
        "Error parsing '${a b}': syntax error at position 4, encountered 'b', expected }",
    ),
    ('<subProcess id="x"/>', "x", "subProcess must define a startEvent element"),
    ('<task id="x" default="f9"/>', "x", "Invalid 'default': 'f9' is no outgoing sequence flow of 'x'"),
    (
        '<exclusiveGateway id="x"><extensionElements><camunda:inputOutput/></extensionElements></exclusiveGateway>'
        '<sequenceFlow id="fx" sourceRef="x" targetRef="e"/>',
        "x",
        "camunda:inputOutput mapping unsupported for element type 'exclusiveGateway'.",
    ),
    (
        '<task id="x"><extensionElements><camunda:failedJobRetryTimeCycle>often</camunda:failedJobRetryTimeCycle>'
        "</extensionElements></task>",
        "x",
        "Cannot parse duration 'often'",
    ),
    ('<eventBasedGateway id="x"/>', "x", "Event based gateway 'x' waits for no event."),
]

EVENTS = [
    (
        event("startEvent", ""),
        "b",
        "multiple none start events or timer start events not supported on process definition",
    ),
    (
        event("startEvent", "<errorEventDefinition/>"),
        "b",
        "errorEventDefinition is not allowed on a start event of a process; put it into an event subprocess",
    ),
    (
        event("boundaryEvent", "<timerEventDefinition/>", 'attachedToRef="t"'),
        "b",
        "Timer needs configuration (either timeDate, timeCycle or timeDuration is needed).",
    ),
    (
        event(
            "boundaryEvent",
            "<timerEventDefinition><timeDuration>soon</timeDuration></timerEventDefinition>",
            'attachedToRef="t"',
        ),
        "b",
        "Cannot parse duration 'soon'",
    ),
    (
        event("boundaryEvent", '<errorEventDefinition errorRef="err"/>'),
        "b",
        "attachedToRef is required on a boundaryEvent",
    ),
    (
        event("boundaryEvent", '<errorEventDefinition errorRef="err"/>', 'attachedToRef="no"'),
        "b",
        "Invalid reference in boundary event. Make sure that the referenced activity is defined in the same scope as the "
        "boundary event (attachedToRef 'no')",
    ),
    (event("boundaryEvent", "", 'attachedToRef="t"'), "b", "Unsupported boundary event type (none)"),
    (
        event("boundaryEvent", '<escalationEventDefinition escalationRef="esc"/>', 'attachedToRef="t"'),
        "b",
        "An escalation boundary event should only be attached to a subprocess, a call activity or an user task",
    ),
    (event("intermediateCatchEvent", ""), "b", "Unsupported intermediate catch event type (none)"),
    (
        event(
            "intermediateThrowEvent", "<timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition>"
        ),
        "b",
        "Unsupported intermediate throw event type (timer)",
    ),
    (event("intermediateCatchEvent", "<messageEventDefinition/>"), "b", "attribute 'messageRef' is required"),
    (
        event("intermediateCatchEvent", '<messageEventDefinition messageRef="no"/>'),
        "b",
        "Invalid 'messageRef': no message with id 'no' found.",
    ),
    (
        event("intermediateThrowEvent", '<signalEventDefinition signalRef="no"/>'),
        "b",
        "Could not find signal with id 'no'",
    ),
    (
        event("intermediateThrowEvent", '<escalationEventDefinition escalationRef="esc0"/>'),
        "b",
        "throwing escalation event must have an 'escalationCode'",
    ),
    (event("endEvent", "<errorEventDefinition/>"), "b", "'errorRef' attribute is mandatory on error end event"),
    (
        event("endEvent", "<cancelEventDefinition/>"),
        "b",
        "end event with cancelEventDefinition only supported inside transaction subprocess",
    ),
    (
        event("boundaryEvent", "<cancelEventDefinition/>", 'attachedToRef="t"'),
        "b",
        "boundary event with cancelEventDefinition only supported on transaction subprocesses",
    ),
    (
        event("intermediateThrowEvent", '<compensateEventDefinition activityRef="no"/>'),
        "b",
        "Invalid attribute value for 'activityRef': no activity with id 'no' in scope 'p'",
    ),
    (
        event("intermediateThrowEvent", '<linkEventDefinition name="L"/>'),
        "b",
        "sequence flow points to link event source with name 'L' but no event target with that name exists. Most probably "
        "your link events are not configured correctly.",
    ),
    (
        event("intermediateCatchEvent", "<conditionalEventDefinition/>"),
        "b",
        "Conditional event must contain an expression for evaluation.",
    ),
    (
        event("endEvent", '<messageEventDefinition messageRef="m"/><terminateEventDefinition/>'),
        "b",
        "Several event definitions on one event are not supported: messageEventDefinition, terminateEventDefinition",
    ),
    (
        event("endEvent", '<messageEventDefinition camunda:class="a.B"/>'),
        "b",
        f"camunda:class on message endEvent: the Java class 'a.B' cannot run here; {FIX}",
    ),
]

"""The elements of BPMN 2.0, and which of them are what."""

from __future__ import annotations

TASKS = frozenset(
    ("task", "manualTask", "userTask", "serviceTask", "sendTask", "businessRuleTask", "scriptTask", "receiveTask")
)
SERVICE_TASKS = frozenset(("serviceTask", "sendTask", "businessRuleTask"))
SUBPROCESSES = frozenset(("subProcess", "transaction"))
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
EVENTS = frozenset(("startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"))
GATEWAYS = frozenset(("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"))
FLOW_NODES = ACTIVITIES | EVENTS | GATEWAYS
SCOPES = SUBPROCESSES | {"process"}

UNSUPPORTED_NODES = {
    "complexGateway": "use inclusive or exclusive gateways",
    "adHocSubProcess": "model the order of its activities, or start them by non-interrupting event subprocesses",
    "choreographyTask": "choreographies cannot run; model each participant as a process",
    "subChoreography": "choreographies cannot run; model each participant as a process",
    "callChoreography": "choreographies cannot run; model each participant as a process",
}
"""element → what to do instead."""

EVENT_DEFINITIONS = frozenset(
    f"{kind}EventDefinition"
    for kind in (
        "message", "timer", "signal", "error", "escalation", "conditional", "compensate", "cancel", "terminate", "link",
    )
)  # fmt: skip

_OTHERS = """
    artifact assignment association auditing baseElement callConversation category categoryValue choreography
    collaboration completionCondition condition conditionExpression conversation conversationAssociation
    conversationLink conversationNode correlationKey correlationProperty correlationPropertyBinding
    correlationPropertyRef correlationPropertyRetrievalExpression correlationSubscription dataInput
    dataInputAssociation dataInputRefs dataObject dataObjectReference dataOutput dataOutputAssociation
    dataOutputRefs dataPath dataState dataStore dataStoreReference definitions documentation endPoint endPointRef
    error errorRef escalation eventDefinitionRef expression extension extensionElements flowNodeRef formalExpression
    from globalBusinessRuleTask globalChoreographyTask globalConversation globalManualTask globalScriptTask
    globalTask globalUserTask group humanPerformer import inMessageRef incoming inputDataItem inputSet inputSetRefs
    innerConversationNodeRef innerParticipantRef interface interfaceRef ioBinding ioSpecification itemDefinition
    lane laneSet loopCardinality loopCondition loopDataInputRef loopDataOutputRef message messageFlow
    messageFlowAssociation messageFlowRef messagePath monitoring multiInstanceLoopCharacteristics operation
    operationRef optionalInputRefs optionalOutputRefs outMessageRef outerConversationNodeRef outerParticipantRef
    outgoing outputDataItem outputSet outputSetRefs participant participantAssociation participantMultiplicity
    participantRef partitionElement partnerEntity partnerRole performer potentialOwner process property relationship
    rendering resource resourceAssignmentExpression resourceParameter resourceParameterBinding resourceRef
    resourceRole rootElement script sequenceFlow signal source sourceRef standardLoopCharacteristics subConversation
    supportedInterfaceRef supports target targetRef text textAnnotation timeCycle timeDate timeDuration to
    transformation value whileExecutingInputRefs whileExecutingOutputRefs childLaneSet complexBehaviorDefinition
    noneBehaviorEventRef oneBehaviorEventRef implicitThrowEvent event activationCondition completionQuantity
    startQuantity
"""
KNOWN_ELEMENTS = frozenset(_OTHERS.split()) | FLOW_NODES | EVENT_DEFINITIONS | frozenset(UNSUPPORTED_NODES)

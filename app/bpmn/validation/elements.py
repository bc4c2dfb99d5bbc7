"""The names of all elements of BPMN 2.0: any other is a mistake."""

from __future__ import annotations

from app.bpmn.vocabulary import EVENT_TYPES, KINDS_BY_TAG, UNSUPPORTED_NODES

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
KNOWN_ELEMENTS = frozenset(_OTHERS.split()) | EVENT_TYPES.keys() | KINDS_BY_TAG.keys() | UNSUPPORTED_NODES.keys()

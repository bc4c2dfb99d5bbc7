"""The steps from XML to graph, one idea a file; `app.bpmn.parser.parse` is the entry.

xml           read a file safely; names, namespaces, attributes
kinds         which row of the vocabulary an element is
declarations  what nodes refer to: messages, signals, errors, escalations, associations
expressions   compile what the model writes, collect what does not compile
scripts       which language a text is in, and the code that it makes
listeners     listeners that hold an expression or a script
events        event definitions
extensions    camunda:inputOutput, in and out mappings, properties, error definitions
activities    what belongs to tasks, subprocesses and call activities
nodes         one flow node, all its parts
processes     scopes and flows joined to one Process
"""

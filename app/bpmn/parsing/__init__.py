"""The steps from XML to graph, one idea a file; `app.bpmn.parser.parse` is the entry.

activities    What belongs to activities alone: repetition, calls, scripts, user tasks.
declarations  What nodes refer to by id: messages, signals, errors, escalations, and the handlers of compensation.
events        What an event waits for or throws.
expressions   Compile the expressions of a model; what does not compile becomes a problem of the file.
extensions    The extension elements that change how a model runs: mappings, properties, error definitions.
forms         The forms of a model: `camunda:formData`, form keys and references to `.form` files.
kinds         Which row of the vocabulary an element is.
listeners     The listeners of a model that hold an expression or a script; those that would call Java are refused
              before.
nodes         One flow node of the file, with all its parts, as far as it can be told without its neighbours.
processes     Join the nodes, flows and scopes of one process.
scripts       Which language a text of the model is in, and the code that it makes.
token_models  Which models are read as 5Minds', and what their engine does not look at.
xml           Read a BPMN file safely, and look at its elements by local name.
"""

"""`/process-definition`: versions of models, their starts and their figures.

definition_json  A process definition as JSON, wherever it is answered.
restart          /process-definition/{id}/restart: ended instances begin again.
routes           /process-definition: models that can be started, by id or by key.
start            Start an instance of a definition: the request and the answer.
start_form       The form of a definition's start: what is known of it, its fields, its HTML, its file.
static_calls     /process-definition/{id}/static-called-process-definitions: what a model calls by name.
statistics       What runs of definitions and activities, as numbers.
"""

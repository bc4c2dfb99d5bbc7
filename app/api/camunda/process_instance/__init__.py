"""`/process-instance`: running instances, one and many.

activity_tree  The tree of a running instance's activities as JSON.
batch          /process-instance, many at once: suspended together, or deleted and changed by a batch.
instance_json  A process instance as JSON, wherever it is answered.
migration      /migration: move running instances to another definition, by a plan that Camunda's rules propose and
               check.
modification   /modification: start and cancel activities in many instances of one definition.
query          What the list of process instances takes, also inside the bodies of batches.
routes         /process-instance: what runs, its activities and variables, and how a person changes it.
"""

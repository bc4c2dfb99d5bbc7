"""`/decision-definition` and `/decision-requirements-definition`: decisions, and the files that hold several.

by_key           Routes of a definition by its id, and of the latest version of a key, without a tenant or with one.
definition_json  Definitions of decisions and of their graphs as JSON, wherever they are answered.
requirements     /decision-requirements-definition: files with several decisions, by id or by key.
routes           /decision-definition: decisions that can be evaluated, by id or by key.
"""

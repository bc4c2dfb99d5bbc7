"""What of Camunda's REST API is here: its operations, the table of the manual, the answers to the rest.

catalogue    Every route of Camunda 7.24's REST API, so that none is forgotten: one that Errand does not have answers
             501.
table        The table of docs/camunda.md: every route of Camunda's REST API and what becomes of it here.
unsupported  Routes of Camunda that Errand does not have: each answers 501 with the reason, never a bare 404.
"""

"""Deployments: models become definitions, and go again.

decisions     Decision definitions: made by deployments, and taken away with them.
history_ttl   How long the history of a process is kept: `camunda:historyTimeToLive`, days or an ISO-8601 period of
              days.
parsed_files  What the files of a deployment define: processes and decisions, each key once.
removal       Delete a deployment with its definitions, and with or without what ran of them or was decided by them.
resources     The files of a deployment: which are models, and which are the same as in an earlier one.
service       Deploy models and delete deployments: each one transaction.
uploads       Deploy model files, and delete a process with all its versions: the way of the 5Minds studios.
"""

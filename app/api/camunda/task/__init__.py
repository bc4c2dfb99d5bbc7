"""`/task`: what persons do, with comments, attachments and links.

attachments     /task/{id}/attachment: files and links that persons add to user tasks.
comments        /task/{id}/comment and /process-instance/{id}/comment: what persons say about both.
forms           /task/{id}: the form of a user task, its key, its fields, its HTML, its file.
identity_links  /task/{id}/identity-links: who has to do with a user task.
query           A user task as JSON, and what its list takes.
report          /task/report: how many tasks wait for whom.
routes          /task: user tasks, looked at and done by persons or by programs in their name.
schemas         The bodies of requests on user tasks.
"""

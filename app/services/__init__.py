"""The verbs on external tasks, their queries, long polling, incidents and worker accounts."""

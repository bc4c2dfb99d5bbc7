"""Published clients of Camunda 7, unchanged, work against a real server."""

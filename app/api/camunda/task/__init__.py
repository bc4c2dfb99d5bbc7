"""The package app.api.camunda.task."""

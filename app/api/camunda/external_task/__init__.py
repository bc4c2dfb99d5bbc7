"""The package app.api.camunda.external_task."""

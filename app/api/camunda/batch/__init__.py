"""The package app.api.camunda.batch."""

"""The package app.api.camunda.coverage."""

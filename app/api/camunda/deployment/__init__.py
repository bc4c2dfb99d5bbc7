"""The package app.api.camunda.deployment."""

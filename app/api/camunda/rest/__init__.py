"""The package app.api.camunda.rest."""

"""The package app.api.camunda.job."""

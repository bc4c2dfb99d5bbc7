"""The package app.api.camunda.process_instance."""

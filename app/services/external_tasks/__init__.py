"""The package app.services.external_tasks."""

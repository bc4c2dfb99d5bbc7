"""The package app.services.jobs."""

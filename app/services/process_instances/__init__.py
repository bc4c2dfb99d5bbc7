"""The package app.services.process_instances."""

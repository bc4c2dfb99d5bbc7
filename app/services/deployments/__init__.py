"""The package app.services.deployments."""

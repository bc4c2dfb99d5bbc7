"""The package app.services.history."""

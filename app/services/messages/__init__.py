"""The package app.services.messages."""

"""The package app.records."""

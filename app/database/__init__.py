"""The package app.database."""

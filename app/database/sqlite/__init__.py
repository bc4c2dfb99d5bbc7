"""The package app.database.sqlite."""

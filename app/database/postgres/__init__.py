"""The package app.database.postgres."""

"""The package app.api.http."""

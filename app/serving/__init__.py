"""The package app.serving."""

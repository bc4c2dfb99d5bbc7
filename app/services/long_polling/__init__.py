"""The package app.services.long_polling."""

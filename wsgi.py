"""For any WSGI server: `gunicorn -c python:app.serving.gunicorn wsgi:app`. `errand serve` does the same."""

from app import create_app

app = create_app()

"""How gunicorn serves the application, and what runs beside the requests.

background  What runs beside the requests in every process of the server, started after the fork.
gunicorn    How gunicorn serves Errand: used by `errand serve`, and by `gunicorn -c python:app.serving.gunicorn
            wsgi:app`.
sockets     Sockets that keep Python's lock where they need not wait.
worker      Gunicorn's threaded worker with two habits of its own, for workers that send one request after the other.
"""

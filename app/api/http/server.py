"""Flask, without what it does at every request for features that no route here has.

An empty view costs Flask and Werkzeug more than a whole report costs this server's own HTTP code. What is left out is
left out only while nobody uses it: each short way ends where Flask's own begins.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, Request, Response, request_tearing_down
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import Map, MapAdapter, Rule

from app.api.http.plain_routes import PlainRoutes

_NO_SESSION = NullSession()


class NoSessions(SessionInterface):
    """There are no cookies: callers send a credential with each request."""

    def open_session(self, app: Flask, request: Request) -> NullSession:
        """Return the session that holds nothing and refuses to hold anything."""
        return _NO_SESSION

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Save nothing; Flask does not ask it of this session."""


class RouteAdapter(MapAdapter):
    """Finds the route of one request."""

    map: RouteMap

    def match(self, *arguments: Any, **options: Any) -> Any:
        """Answer Flask's question, for the rule of this request, from the table of plain routes; leave what is not in
        it, and all other questions, to Werkzeug. Raises HTTPException."""
        if not arguments and options == {"return_rule": True} and not self.websocket:
            found = self.map.plain.find(self.default_method, self.path_info)
            if found is not None:
                return found
        return super().match(*arguments, **options)


class Route(Rule):
    """A route that learns to build addresses when somebody asks for one. Werkzeug compiles two functions for each route
    beforehand: for six hundred of them a fifth of the time to start, and 4 MB."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder

        def build(*arguments: Any, **values: Any) -> tuple[str, str]:
            return compile_now(append_unknown)(*arguments, **values)

        return build


class RouteMap(Map):
    """All routes of the server."""

    _plain: PlainRoutes | None = None

    @property
    def plain(self) -> PlainRoutes:
        """The routes that need no search, known once the server answers: then nothing is added any more."""
        if self._plain is None:
            self._plain = PlainRoutes(self.iter_rules())
        return self._plain


class Server(Flask):
    """The application. No session, no host or subdomain to match, nothing to tear down."""

    url_map_class = RouteMap
    url_rule_class = Route
    session_interface = NoSessions()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._host_of = lru_cache(maxsize=64)(self._check_host)

    def ensure_sync(self, function: Any) -> Any:
        """Return the function: none here is asynchronous, and Flask would look at each for each request."""
        return function

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Bind the routes to a request. Flask would read and check its host twice. Raises HTTPException for a host
        that is none."""
        if request is None or "HTTP_UPGRADE" in request.environ:
            return super().create_url_adapter(request)
        environment = request.environ
        host = self._host_of(
            request.scheme, environment.get("HTTP_HOST"), environment["SERVER_NAME"], environment["SERVER_PORT"]
        )
        query = request.query_string.decode(errors="replace")
        return RouteAdapter(
            self.url_map, host, request.root_path, "", request.scheme, request.path, request.method, query
        )

    def _check_host(self, scheme: str, host: str | None, server_name: str, port: str) -> str:
        """Return the host as Werkzeug writes it. Workers send the same one again and again. Raises HTTPException."""
        environment = {"wsgi.url_scheme": scheme, "SERVER_NAME": server_name, "SERVER_PORT": port}
        environment |= {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SCRIPT_NAME": ""}
        environment |= {} if host is None else {"HTTP_HOST": host}
        return self.url_map.bind_to_environ(environment, subdomain="").server_name

    def do_teardown_request(self, *error: Any) -> None:
        """Tell those who wait for the end of requests, if there are any."""
        if self.teardown_request_funcs or request_tearing_down.receivers:
            super().do_teardown_request(*error)

"""Connections to Postgres, opened when they are needed and thrown away when they are of no more use."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from app.database.driver_errors import driver_errors
from app.database.pool import Pool
from app.database.postgres.pipeline import PipelinedConnection

_PATIENCE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "tcp_user_timeout": 30_000}
"""When a server that a network has swallowed is given up; the URL may say otherwise."""


class ConnectionPool:
    """Lends connections, `size` at most.

    `options` are those of their sessions. None: there are no sessions, because a pooler gives every transaction another
    one, so nothing may be left behind in them, prepared or set.
    """

    def __init__(self, url: str, size: int, options: str | None) -> None:
        self._url = url
        self._options = options
        self._pool = Pool(self._open, size)

    def take(self) -> PipelinedConnection:
        """Return a connection that was alive a moment ago. Raises Overloaded, peewee.OperationalError."""
        with driver_errors:
            connection: PipelinedConnection = self._pool.take()
            while connection.is_stale():
                self._pool.discard(connection)
                connection = self._pool.take()
            return connection

    def give_back(self, connection: PipelinedConnection) -> None:
        """Take a connection back that is in no transaction."""
        self._pool.give_back(connection)

    def settle(self, connection: PipelinedConnection, error: BaseException | None = None) -> None:
        """Take a connection back in a clean state, or close it, and with it its equally old companions."""
        try:
            if error is not None and connection_died(error):
                connection.close()
            if not connection.closed:
                connection.settle()
        except psycopg.Error:
            connection.close()
        if connection.closed:
            self._pool.discard(connection)
            self._pool.clear()
        else:
            self._pool.give_back(connection)

    def clear(self) -> None:
        """Close the connections that nobody is using."""
        self._pool.clear()

    def _open(self) -> PipelinedConnection:
        return PipelinedConnection(connect(self._url, self._options), prepares=self._options is not None)


def connect(url: str, options: str | None = None) -> psycopg.Connection[Any]:
    """Return a new connection that commits every statement by itself; what the URL says goes before `options`."""
    own: dict[str, Any] = {
        "application_name": "errand",
        **({} if options is None else {"options": options}),
        **_PATIENCE,
        **conninfo_to_dict(url),
    }
    # psycopg prepares nothing by itself: after a ROLLBACK it would deallocate the pipeline's statements with its own.
    return psycopg.connect(autocommit=True, client_encoding="utf8", prepare_threshold=None, **own)


def connection_died(error: BaseException) -> bool:
    """Tell whether an exception means that the connection is lost."""
    cause = getattr(error, "orig", error)  # peewee keeps the driver's exception there
    died = (psycopg.errors.AdminShutdown, psycopg.errors.IdleInTransactionSessionTimeout)
    lost = isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
    return isinstance(cause, died) or (lost and getattr(cause, "sqlstate", None) is None)

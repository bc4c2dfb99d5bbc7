"""A Postgres that does what a test says: it answers, refuses, or hangs up at the statement that the test names.

It speaks the protocol (version 3) to the real client library and knows transactions and prepared statements, but no
tables: a SELECT has one row with the number 1.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

PARAMETERS = {"server_version": "16.0", "client_encoding": "UTF8", "standard_conforming_strings": "on"}
_INT4 = 23


@dataclass(frozen=True)
class Fail:
    """Answer with an error; `fatal` ones end the session."""

    sqlstate: str
    fatal: bool = False


@dataclass(frozen=True)
class HangUp:
    """Close the connection: instead of executing the statement, or after it and without a word about it."""

    after: bool = False


Action = Fail | HangUp


@dataclass
class Session:
    """What one connection has seen."""

    statements: list[str] = field(default_factory=list)
    status: bytes = b"I"
    changes: list[str] = field(default_factory=list)
    prepared: dict[str, str] = field(default_factory=dict)
    bound: str = ""
    skips: bool = False


class ScriptedPostgres:
    """The server: `script` what shall happen, look at its `sessions` and at the changes that it has `committed`."""

    def __init__(self) -> None:
        self.sessions: list[Session] = []
        self.committed: list[list[str]] = []
        self._script: dict[str, deque[Action | None]] = defaultdict(deque)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        """Where it listens."""
        port = self._listener.getsockname()[1]
        return f"postgresql://errand@127.0.0.1:{port}/errand?sslmode=disable&gssencmode=disable"

    def script(self, statement: str, *actions: Action | None) -> None:
        """Say what happens when a statement that begins with this word comes the next times; None: it succeeds."""
        self._script[statement].extend(actions)

    def hang_up(self) -> None:
        """Close all connections."""
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            session = Session()
            self._connections.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection, session))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, session: Session) -> None:
        with connection, suppress(_HungUp, OSError):
            stream = connection.makefile("rb")
            stream.read(struct.unpack("!I", _exactly(stream.read(4), 4))[0] - 4)
            self._perform(session, "CONNECT")
            self.sessions.append(session)
            told = b"".join(_message(b"S", f"{name}\0{value}\0".encode()) for name, value in PARAMETERS.items())
            key = _message(b"K", struct.pack("!II", 1, 1))
            connection.sendall(_message(b"R", struct.pack("!I", 0)) + told + key + _ready(session))
            while True:
                kind, length = struct.unpack("!cI", _exactly(stream.read(5), 5))
                for answer in self._answers(session, kind, stream.read(length - 4)):
                    connection.sendall(answer)

    def _answers(self, session: Session, kind: bytes, body: bytes) -> Iterator[bytes]:
        if kind == b"S":
            session.skips = False
            yield _ready(session)
        elif kind == b"X":
            raise _HungUp
        elif not session.skips:
            try:
                yield from self._answers_to(session, kind, body)
            except _Failed as failure:
                session.skips = kind != b"Q"
                session.status = b"I" if session.status == b"I" else b"E"
                yield _message(b"E", f"SERROR\0C{failure.action.sqlstate}\0Mas the script says\0\0".encode())
                if failure.action.fatal:
                    raise _HungUp from None
                if kind == b"Q":
                    yield _ready(session)

    def _answers_to(self, session: Session, kind: bytes, body: bytes) -> Iterator[bytes]:
        if kind == b"P":
            name, sql, _ = body.split(b"\0", 2)
            session.prepared[name.decode()] = sql.decode()
            yield _message(b"1", b"")
        elif kind == b"B":
            name = body.split(b"\0", 2)[1].decode()
            if name not in session.prepared:
                raise _Failed(Fail("26000"))
            session.bound = session.prepared[name]
            yield _message(b"2", b"")
        elif kind == b"D":
            yield _row_description() if session.bound.startswith("SELECT") else _message(b"n", b"")
        elif kind == b"E":
            yield from self._executed(session, session.bound)
        elif kind == b"Q":
            sql = body.rstrip(b"\0").decode()
            yield from self._executed(session, sql)
            yield _ready(session)

    def _executed(self, session: Session, sql: str) -> Iterator[bytes]:
        word = sql.split()[0]
        session.statements.append(word)
        if session.status == b"E" and word not in ("COMMIT", "ROLLBACK"):
            raise _Failed(Fail("25P02"))
        hangs_up = self._perform(session, word)
        tag = self._done(session, word)
        if hangs_up:
            raise _HungUp
        if word == "SELECT":
            yield _message(b"D", struct.pack("!HI", 1, 1) + b"1")
        yield _message(b"C", tag.encode() + b"\0")

    def _done(self, session: Session, word: str) -> str:
        if word == "BEGIN":
            session.status, session.changes = b"T", []
        elif word in ("COMMIT", "ROLLBACK"):
            if word == "COMMIT" and session.status == b"T":
                self.committed.append(session.changes)
            elif word == "COMMIT":
                word = "ROLLBACK"
            session.status, session.changes = b"I", []
        elif word in ("INSERT", "UPDATE", "DELETE"):
            session.changes.append(word)
            return f"{word} 0 1" if word == "INSERT" else f"{word} 1"
        return word

    def _perform(self, session: Session, word: str) -> bool:
        """Do what the script says before the statement, and tell whether to hang up after it."""
        action = self._script[word].popleft() if self._script[word] else None
        if isinstance(action, Fail):
            raise _Failed(action)
        if action == HangUp():
            raise _HungUp
        return action is not None


class _HungUp(Exception):
    pass


class _Failed(Exception):
    def __init__(self, action: Fail) -> None:
        super().__init__(action.sqlstate)
        self.action = action


def _exactly(data: bytes, length: int) -> bytes:
    if len(data) < length:
        raise _HungUp
    return data


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


def _ready(session: Session) -> bytes:
    return _message(b"Z", session.status)


def _row_description() -> bytes:
    return _message(b"T", struct.pack("!H", 1) + b"one\0" + struct.pack("!IHIHIH", 0, 0, _INT4, 4, 0xFFFFFFFF, 0))


@contextmanager
def scripted_postgres() -> Iterator[ScriptedPostgres]:
    """Run a server."""
    server = ScriptedPostgres()
    try:
        yield server
    finally:
        server.close()

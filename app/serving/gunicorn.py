"""How gunicorn serves Errand: used by `errand serve`, and by `gunicorn -c python:app.serving.gunicorn wsgi:app`.

Each waiting long poll occupies one thread, so there are many; a thread that waits costs 60 KB.
docs/performance.md tells what was measured.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
import socket
import struct
import threading
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

from config import load
from config.log import ServerLogger, logging_settings

_settings = load(os.environ)

_ARENA_MAX = -8
"""M_ARENA_MAX of malloc.h."""
COLLECT_AFTER = (20_000, 20, 50)
"""Requests make few cycles: looking for them after every 700 objects costs 5 % of the time and finds nothing."""

bind = _settings.bind
workers = _settings.workers
threads = _settings.threads
worker_class = "app.serving.worker.Worker"
preload_app = True  # made once, before the fork: the processes start sooner and share its memory
worker_connections = 20_000
backlog = 4096
keepalive = 75  # longer than a proxy keeps its idle connections (60), or it meets a closed one
timeout = 60  # watches the main loop only; a long poll is not cut
graceful_timeout = 30
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
proc_name = "errand"
logger_class = ServerLogger
logconfig_dict = logging_settings(_settings.log_level)
limit_request_line = 8190
limit_request_field_size = 16_384


def on_starting(server: Any) -> None:
    """Allow as many open files as the system grants: each connection is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def when_ready(server: Any) -> None:
    """Leave nothing open for the processes to inherit, and keep the collector away from what they share: it writes
    into every object that it looks at, and would copy the memory page by page."""
    for listener in server.LISTENERS:
        _lose_patience(listener.sock)
    server.app.wsgi().extensions["errand"].database.close()
    gc.collect()
    gc.freeze()


def _lose_patience(listener: socket.socket) -> None:
    """Let the kernel end what its connections wait for: gunicorn's threads would wait for ever for the rest of a
    request, and a thousand halves of requests would stop the server. Accepted sockets inherit it."""
    patience = struct.pack("ll", _settings.client_timeout_s, 0)
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        listener.setsockopt(socket.SOL_SOCKET, option, patience)


def pre_fork(server: Any, worker: Any) -> None:
    """Give the process the lowest number that no other has."""
    taken = {getattr(other, "number", None) for other in server.WORKERS.values()}
    worker.number = next(number for number in count() if number not in taken)


def post_fork(server: Any, worker: Any) -> None:
    """Make the process ready for many threads."""
    threading.stack_size(512 * 1024)
    _share_heaps()
    gc.set_threshold(*COLLECT_AFTER)
    _settle(worker.cfg)
    _take_turns(worker.number)


def _take_turns(number: int) -> None:
    """Keep the process on one core: its threads cannot use two, and passing the lock between cores halves the speed.

    And keep a thread that wakes from interrupting the one that works: it would find Python's lock taken and go back to
    sleep (measured with 64 workers: half the changes of thread, 5 % more tasks).
    """
    if not hasattr(os, "sched_setaffinity"):
        return
    if _settings.pin_workers:
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[number % len(cores)]})
    with suppress(OSError):  # forbidden in some containers
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _settle(configuration: Any) -> None:
    """Make plain attributes of gunicorn's settings: it looks forty of them up for each request, each through two method
    calls (measured: 126 → 107 µs for an empty answer)."""
    for name, setting in configuration.settings.items():
        if not hasattr(type(configuration), name):  # some are computed
            vars(configuration)[name] = setting.get()


def _share_heaps() -> None:
    """Keep glibc from giving every few threads a heap of their own: after a while each holds what one once needed.
    Python's threads take turns anyway (measured: 170 → 160 MB for two processes under load, no difference in speed)."""
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)


def post_worker_init(worker: Any) -> None:
    """Start what runs beside the requests, and answer every parked poll as soon as the process is asked to end."""
    from app.serving.background import Background

    worker.background = Background(worker.wsgi)
    worker.background.start()
    finish = signal.getsignal(signal.SIGTERM)

    def on_sigterm(number: int, frame: FrameType | None) -> None:
        # In a thread of its own: a signal handler must not wait for a lock that the interrupted code may hold.
        threading.Thread(target=worker.background.release_polls, daemon=True).start()
        if callable(finish):
            finish(number, frame)

    signal.signal(signal.SIGTERM, on_sigterm)


def on_exit(server: Any) -> None:
    """Leave a database that can be copied, once all processes have ended."""
    server.app.wsgi().extensions["errand"].database.checkpoint()


def worker_exit(server: Any, worker: Any) -> None:
    """Stop what runs beside the requests."""
    if hasattr(worker, "background"):
        worker.background.stop()

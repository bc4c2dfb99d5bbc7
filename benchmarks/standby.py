"""Kill the primary of two Postgres clusters under load and promote the standby: nothing acknowledged may be lost.

python -m benchmarks.standby [--seconds 5] [--pause 1]

The primary confirms a commit when the standby has applied it (`synchronous_commit = remote_apply`). The server knows
both by one URL and goes on by itself. `--pause` stands for the time in which Patroni or a human notices. Before, the
throughput with and without waiting for the standby is compared, in turn.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import pairwise
from statistics import median
from typing import Any

from app.models.external_task_log import SUCCESSFUL
from benchmarks import scenarios
from benchmarks.load import address_of
from benchmarks.replicated import Cluster, Pair, replicated_postgres, wait_until
from benchmarks.report import Table
from benchmarks.servers import errand

STARTERS, WORKERS = 2, 6
LOCK_MS = 3_000
"""Short: what a fetch locked whose answer got lost comes back soon."""
PAUSE_S = 0.05
"""What a client waits after an answer that tells of trouble."""


@dataclass
class Journal:
    """What the clients were told; `committed_at` are instants of the monotonic clock."""

    started: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    completed: set[str] = field(default_factory=set)
    told_late: set[str] = field(default_factory=set)
    trouble: Counter[str] = field(default_factory=Counter)
    committed_at: list[float] = field(default_factory=list)

    def longest_silence(self) -> float:
        """Return the longest time in which nothing was started or completed, in seconds."""
        instants = sorted(self.committed_at)
        return max((after - before for before, after in pairwise(instants)), default=0.0)


class Clients:
    """Threads that start instances and threads that fetch and complete, each until it is told to stop."""

    def __init__(self, base_url: str, token: str, journal: Journal) -> None:
        self._address = address_of(base_url)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._journal = journal
        self._enough = threading.Event()
        self._threads: list[threading.Thread] = []

    def begin(self, starters: int, workers: int) -> None:
        """Start the threads."""
        jobs: list[tuple[Callable[..., None], int]] = [(self._start, number) for number in range(starters)]
        jobs += [(self._work, number) for number in range(workers)]
        self._threads = [threading.Thread(target=job, args=(number,)) for job, number in jobs]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Stop the threads and wait until they have had their last answers."""
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _start(self, _: int) -> None:
        connection = HTTPConnection(*self._address, timeout=30)
        while not self._enough.is_set():
            status, body = self._post(connection, "/engine-rest/process-definition/key/bench/start", {})
            if status == 200:
                self._note(self._journal.started, body["id"])
        connection.close()

    def _work(self, number: int) -> None:
        worker = {"workerId": f"worker-{number}"}
        topics = [{"topicName": "bench", "lockDuration": LOCK_MS}]
        connection = HTTPConnection(*self._address, timeout=30)
        while not self._enough.is_set():
            body = {**worker, "maxTasks": scenarios.BATCH, "topics": topics, "asyncResponseTimeout": 500}
            status, tasks = self._post(connection, f"{scenarios.TASKS}/fetchAndLock", body)
            for task in tasks if status == 200 else []:
                self._complete(connection, task["id"], worker)
        connection.close()

    def _complete(self, connection: HTTPConnection, task_id: str, worker: dict[str, str]) -> None:
        """Complete one task; ask again while the server cannot tell what became of it."""
        self._journal.sent.add(task_id)
        status = 0
        while status == 0 or status >= 500:
            status, _ = self._post(connection, f"{scenarios.TASKS}/{task_id}/complete", worker)
        if status == 204:
            self._note(self._journal.completed, task_id)
        else:
            self._journal.told_late.add(task_id)

    def _note(self, ids: set[str], id: str) -> None:
        self._journal.committed_at.append(time.monotonic())
        ids.add(id)

    def _post(self, connection: HTTPConnection, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Send a request and return status and body; status 0 when no answer came."""
        try:
            connection.request("POST", path, json.dumps(body), self._headers)
            answer = connection.getresponse()
            text = answer.read()
        except (HTTPException, OSError) as error:
            connection.close()  # the next request opens it again
            self._journal.trouble[type(error).__name__] += 1
            time.sleep(PAUSE_S)
            return 0, None
        if answer.status >= 300:
            self._journal.trouble[str(answer.status)] += 1
            time.sleep(PAUSE_S)
        return answer.status, json.loads(text) if text else None


@dataclass(frozen=True)
class Audit:
    """What the promoted database holds against what the clients were told; all but `unfinished` must be 0."""

    lost_starts: int
    lost_completions: int
    completed_twice: int
    never_asked_for: int
    unfinished: int


def audit(cluster: Cluster, journal: Journal) -> Audit:
    """Compare the history in a database with what clients were told."""
    instances = dict(cluster.rows("SELECT id, state FROM process_instance"))
    log = Counter(
        id for (id,) in cluster.rows(f"SELECT external_task_id FROM external_task_log WHERE kind = {SUCCESSFUL}")
    )
    ends = cluster.rows("SELECT process_instance_id, activity_id FROM activity_instance")
    return Audit(
        lost_starts=len(journal.started - instances.keys()),
        lost_completions=len(journal.completed - log.keys()),
        completed_twice=sum(number > 1 for number in (log + Counter(ends)).values()),
        never_asked_for=len(log.keys() - journal.sent),
        unfinished=sum(state != "COMPLETED" for state in instances.values()),
    )


@dataclass(frozen=True)
class Failover:
    """What a failover under load looked like; durations in seconds."""

    journal: Journal
    audit: Audit
    until_promoted: float
    without_answers: float


def fail_over(pair: Pair, seconds: float, pause: float) -> Failover:
    """Let a server work, kill its database, promote the standby, let it work on, and compare."""
    journal = Journal()
    with errand(pair.url, timers="on") as server:
        scenarios.deploy(server)
        clients = Clients(server.base_url, server.token, journal)
        clients.begin(STARTERS, WORKERS)
        time.sleep(seconds)
        pair.primary.kill()
        killed_at = time.monotonic()
        time.sleep(pause)
        pair.standby.promote()
        promoted_at = time.monotonic()
        before = len(journal.completed)
        wait_until(lambda: len(journal.completed) > before, "the server does not go on")
        time.sleep(seconds)
        clients.end()
        _finish(pair.standby, Clients(server.base_url, server.token, journal))
    return Failover(journal, audit(pair.standby, journal), promoted_at - killed_at, journal.longest_silence())


def price(pair: Pair, seconds: float, rounds: int = 3) -> dict[str, float]:
    """Return the median of the tasks per second of 16 workers, for two settings of `synchronous_commit`."""
    rates: dict[str, list[float]] = {"local": [], "remote_apply": []}
    with errand(pair.url) as server:
        scenarios.deploy(server)
        for _ in range(rounds):
            for setting, found in rates.items():
                pair.primary.commit(setting)
                scenarios.start_instances(server, int(1_500 * seconds), connections=32)
                found.append(scenarios.work(server, 16, seconds).rate("completed"))
    return {setting: median(found) for setting, found in rates.items()}


def _finish(cluster: Cluster, clients: Clients) -> None:
    """Let workers complete everything that is left."""
    clients.begin(0, WORKERS)
    try:
        wait_until(lambda: cluster.rows("SELECT 1 FROM instance_state LIMIT 1") == [], "instances are left over")
    finally:
        clients.end()


def main() -> None:
    """Print what a failover costs, and that nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--pause", type=float, default=1)
    arguments = parser.parse_args()
    table = Table()
    with replicated_postgres() as pair:
        rates = price(pair, arguments.seconds / 2)
    table.line(
        "fetch 10 + 10 completes, remote_apply",
        f"{rates['remote_apply']:.0f} tasks/s",
        f"{rates['remote_apply'] / rates['local']:.2f} × what it is without waiting for the standby",
    )
    with replicated_postgres() as pair:
        seen = fail_over(pair, arguments.seconds, arguments.pause)
    journal, found = seen.journal, seen.audit
    table.line(
        "primary killed, standby promoted",
        f"{seen.without_answers:.2f} s",
        f"without answers; promoted {seen.until_promoted:.2f} s after the kill; trouble told to clients: "
        f"{dict(journal.trouble)}",
    )
    table.line(
        "acknowledged starts, completions",
        f"{len(journal.started)}, {len(journal.completed)}",
        f"{len(journal.told_late)} more completions were done, or another worker's, when asked for again",
    )
    table.line(
        "lost starts, lost completions",
        f"{found.lost_starts}, {found.lost_completions}",
        f"{found.completed_twice} completed twice, {found.never_asked_for} nobody asked for, "
        f"{found.unfinished} instances unfinished",
    )


if __name__ == "__main__":
    main()

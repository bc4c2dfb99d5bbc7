"""Long polls: who waits for tasks, and how news reaches them in every process.

datagram_bus  Wakes between processes on one machine: each listens on a socket file in a directory beside the database.
hangup        Notice clients that are gone, so that no task is locked for nobody and no thread waits for them.
notify_bus    Wakes between machines by Postgres: NOTIFY on a connection of its own, after the commit, coalesced.
open_bus      Open the bus between the processes on one database.
polls         Long polls: a fetch that finds nothing waits on its own thread, holding no connection, until a task may be
              there.
sweeper       One thread a process that watches the time: locks and pauses that end, wakes that got lost, keys that are
              old.
waiters       Who waits for which topic, in the order of arrival, woken one by one.
wake_bus      Tell the other processes that tasks may be fetched.
"""

"""SQLite: one file, many readers, and one writer a process that queues at a lock file.

database        SQLite: one file, one writer at a time, group commit, and readers that never wait for it.
schema_session  Changing the schema of an SQLite file: everybody else's writes wait.
writer          SQLite's one writer in this process: its connection, and the file at which the processes queue.
"""

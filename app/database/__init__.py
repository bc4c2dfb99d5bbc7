"""The driver: transactions and connections of SQLite and Postgres, and statements that are compiled once.

Nothing here knows a table. `database.Database` is what both have in common; `sqlite` and `postgres` are the two.

chunks           Long lists in pieces: SQLite takes 32 766 parameters in one statement, Postgres 65 535.
conditions       Conditions that peewee spells differently for each database, or not at all.
database         What both kinds of database share: one write transaction or one read connection for the thread that
                 asks.
decorators       Methods that run in a transaction, or on a read connection, of their object's database.
driver_errors    The driver's exceptions as peewee's, which are the same for both databases.
group_commit     Group commit by flat combining: whoever comes first commits for everybody who came meanwhile.
insertion        Insert rows, however many, with one statement.
pending_changes  Changes that wait until somebody reads, or until the transaction ends.
pool             A pool of connections: a stack with a limit.
postgres         Postgres: a pool, a pipeline of its own for writes, and changes bundled into few statements.
schema_changes   The changes that migrations consist of.
schema_session   A session that may change the schema, while no other process does.
sql_text         What the text of a statement tells about it.
sqlite           SQLite: one file, many readers, and one writer a process that queues at a lock file.
statements       Compiled statements: peewee stays the one source of SQL, and is asked once instead of at every request.
table            What all tables share: ids are UUID text, instants are integer milliseconds UTC, lists and maps are
                 JSON text.
write            One caller's share of a write transaction, and what is to be done for several of them at once.
"""

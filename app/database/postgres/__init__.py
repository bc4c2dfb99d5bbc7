"""Postgres: a pool, a pipeline of its own for writes, and changes bundled into few statements.

array_literals    Lists of values as array literals of Postgres: `{"a","b",NULL}`.
connections       Connections to Postgres, opened when they are needed and thrown away when they are of no more use.
database          Postgres: a small pool, one pipeline a transaction, and a second try where the first one cannot have
                  counted.
parameters        Python values as Postgres' parameters.
pipeline          Compiled statements on a Postgres connection, spoken at the level of the protocol.
schema_session    Changing the schema of a Postgres that others use meanwhile.
statement_bundle  Several changes as one statement of Postgres: `WITH … , … UPDATE …` is one plan and one answer instead
                  of six.
"""

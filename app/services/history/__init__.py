"""History: forget what has ended, by itself when its time is over or on request.

chunks         Long lists in pieces: SQLite takes 32 766 parameters in one statement, Postgres 65 535.
removal        Forget process instances: every row of every table that belongs to them.
removal_times  When ended instances and batches shall be forgotten: at an instant, never, or as their time to live says.
retention      Forget what has been remembered long enough: ended instances and batches, in small pieces.
"""

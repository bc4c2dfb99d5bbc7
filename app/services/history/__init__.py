"""History: forget what has ended, by itself when its time is over or on request.

decisions      The history of decisions: when it is forgotten, and that it is.
removal        Forget process instances: every row of every table that belongs to them.
removal_times  When ended instances and batches shall be forgotten: at an instant, never, or as their time to live says.
retention      Forget what has been remembered long enough: ended instances, decisions and batches, in small pieces.
"""

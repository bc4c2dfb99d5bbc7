"""Who is there, over all processes: parked polls, workers, and what is done a minute, told without a write for each.

A process keeps it in memory (`book`) and tells it every few seconds in a few statements (`presence`).
"""

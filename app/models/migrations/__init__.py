"""The way from each version of the schema to the next: one file each, never changed again once it is on `main`.

A new schema is made by the same files, from the first to the last. `docs/development.md` tells how to add one.

m0007_release_0_1_0           The schema of release 0.1.0, and the way to it from what its seven steps made before the
                              release.
m0008_user_task_of_variables  Add the user task whose own variable one is.
m0009_presence                Add what operators look at: the processes of all servers, who polls, which workers there
                              are, and what they do.
m0010_decisions               Add decision definitions, the graphs of their files, and what was decided.
"""

from __future__ import annotations

from app.database.schema_changes import Change
from app.models.migrations import m0007_release_0_1_0, m0008_user_task_of_variables, m0009_presence, m0010_decisions

MIGRATIONS: dict[int, tuple[Change, ...]] = {
    7: m0007_release_0_1_0.CHANGES,
    8: m0008_user_task_of_variables.CHANGES,
    9: m0009_presence.CHANGES,
    10: m0010_decisions.CHANGES,
}
"""The changes that lead to a version, by its number. The first one is 7, as databases of release 0.1.0 say."""

NEWEST = max(MIGRATIONS)

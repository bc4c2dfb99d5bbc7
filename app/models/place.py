"""Where in the processes a row belongs: six columns that tasks, their log, activities, and values have in common."""

from __future__ import annotations

import peewee

from app.database.table import Id, Table


class Placed(Table):
    """What belongs to one execution of one process instance.

    `root_id` is the top of the tree of called processes, the unit of locking.
    """

    execution_id = Id()
    process_instance_id = Id(index=True)
    root_id = Id()
    definition_id = Id()
    definition_key = peewee.TextField()
    tenant_id = peewee.TextField(null=True)

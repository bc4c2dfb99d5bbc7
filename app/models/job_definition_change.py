"""What was changed in job definitions: they are read from the models, but for this."""

from __future__ import annotations

import peewee

from app.database.table import Id, Table


class JobDefinitionChange(Table):
    """What holds for the jobs that a job definition will make; null is as the model has it."""

    id = Id(primary_key=True)
    definition_id = Id(index=True)
    suspended = peewee.BooleanField(null=True)
    priority = peewee.BigIntegerField(null=True)

    class Meta:
        table_name = "job_definition_change"

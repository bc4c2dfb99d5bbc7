"""Batches: work on many things, cut into jobs."""

from __future__ import annotations

import peewee

from app.database.table import Id, Instant, JsonText, Table


class Batch(Table):
    """One batch, running (`ended_at` null) or ended. Its jobs are rows of `job` with this `batch_id`."""

    id = Id(primary_key=True)
    kind = peewee.TextField()
    total_jobs = peewee.IntegerField()
    jobs_created = peewee.IntegerField(default=0)
    jobs_per_seed = peewee.IntegerField(default=100)
    invocations_per_job = peewee.IntegerField(default=1)
    seed_job_definition_id = Id()
    monitor_job_definition_id = Id()
    batch_job_definition_id = Id()
    suspended = peewee.BooleanField(default=False)
    arguments = JsonText(null=True)
    create_user_id = peewee.TextField(null=True)
    started_at = Instant()
    execution_started_at = Instant(null=True)
    ended_at = Instant(null=True)
    removal_at = Instant(null=True)
    tenant_id = peewee.TextField(null=True)

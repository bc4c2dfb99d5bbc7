"""What all tables share: ids are UUID text, instants are integer milliseconds UTC, lists and maps are JSON text."""

from __future__ import annotations

import peewee


class Table(peewee.Model):
    """Base of every table. It is bound to a database by `app.models.database`, never at import."""

    class Meta:
        legacy_table_names = False


class Id(peewee.TextField):
    """A UUID as lower-case text, or an id made of one (`key:version:uuid`)."""


class Instant(peewee.BigIntegerField):
    """Milliseconds since 1970, UTC."""


class JsonText(peewee.TextField):
    """JSON as text; whoever reads it parses it."""

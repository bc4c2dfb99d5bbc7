"""Deliveries: messages that wait to be sent to a webhook or to the process engine elsewhere. A sent one is deleted."""

from __future__ import annotations

import peewee

from app.database.table import Id, Instant, JsonText, Table


class Delivery(Table):
    """One message to one webhook. Those with the same `order_key` (a process instance) go one after the other, by id.

    `message_id` is the same for every attempt, so that the receiver can tell a repetition. `locked_until` ends the
    claim of the process that sends it.
    """

    id = peewee.BigAutoField()
    webhook_id = Id()
    order_key = peewee.TextField()
    message_id = peewee.TextField()
    type = peewee.TextField()
    body = JsonText()
    created_at = Instant()
    attempts = peewee.IntegerField(default=0)
    next_attempt_at = Instant()
    locked_until = Instant(null=True)
    last_error = peewee.TextField(null=True)

    class Meta:
        table_name = "delivery"


for _name, _columns in (
    ("delivery_order", "webhook_id, order_key, id"),
    ("delivery_due", "webhook_id, next_attempt_at"),
):
    Delivery.add_index(peewee.SQL(f"CREATE INDEX {_name} ON delivery ({_columns})"))

"""When timers are due: ISO 8601 dates, durations and cycles, cron, and the retries of failed jobs.

    iso8601   dates and durations with calendar months and years
    cycles    `R3/PT1H` and its relatives
    cron      six fields as Quartz has them (what Camunda accepts), or five as Unix has them
    due       the first and the next instant of a timer event
    retries   `camunda:failedJobRetryTimeCycle`

Instants are integer milliseconds UTC and come from the caller; a date without a zone is UTC.
"""

from app.bpmn.timers.due import Due, first_due, next_due
from app.bpmn.timers.retries import RetryPlan, retry_delays

__all__ = ["Due", "RetryPlan", "first_due", "next_due", "retry_delays"]

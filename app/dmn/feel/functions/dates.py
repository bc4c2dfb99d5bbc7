"""Functions of dates, and of the clock."""

from __future__ import annotations

import calendar
from datetime import date, datetime
from decimal import Decimal

from app.dmn.feel.functions.conversions import day_of
from app.dmn.feel.functions.registry import DAYS, Functions, function, of_world
from app.dmn.feel.scope import World

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _now(world: World) -> datetime:
    return world.now


def _today(world: World) -> date:
    return world.now.date()


def _day_of_year(day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


def _day_of_week(day: date) -> str:
    return _WEEKDAYS[day.weekday()]


def _month_of_year(day: date) -> str:
    return _MONTHS[day.month - 1]


def _week_of_year(day: date) -> Decimal:
    return Decimal(day.isocalendar().week)


def _last_day_of_month(day: date) -> date:
    return day_of(day).replace(day=calendar.monthrange(day.year, day.month)[1])


DATE_FUNCTIONS: Functions = {
    "now": (of_world(_now),),
    "today": (of_world(_today),),
    "day of year": (function(_day_of_year, date=DAYS),),
    "day of week": (function(_day_of_week, date=DAYS),),
    "month of year": (function(_month_of_year, date=DAYS),),
    "week of year": (function(_week_of_year, date=DAYS),),
    "last day of month": (function(_last_day_of_month, date=DAYS),),
}

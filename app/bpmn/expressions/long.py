"""Whole numbers of EL: what an expression writes out or calculates is a Long, however small it is."""

from __future__ import annotations


class Long(int):
    """A whole number whose variable is of type Long; a plain int is what Camunda has as Integer while it fits."""

    __slots__ = ()

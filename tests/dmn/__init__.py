"""Tests of the library of decisions."""

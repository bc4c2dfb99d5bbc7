"""Databases that released versions have written, and what the present one makes of them."""

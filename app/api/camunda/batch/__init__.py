"""Batches of Camunda's API: `/batch`, and what makes them.

arguments  Start a batch from a request: what it needs is kept as JSON.
routes     /batch: work on many things, cut into jobs.
"""

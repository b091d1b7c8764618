"""Time as Hall counts it."""

Instant = float
"""Seconds since the Unix epoch, UTC. Time is always an argument."""

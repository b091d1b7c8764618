"""Hall: a wake-on-demand gateway."""

__version__ = "0.1.0"

"""Free ports of this machine: tests that run side by side are never given the same."""

from bench.ports import a_free_port

__all__ = ["a_free_port"]

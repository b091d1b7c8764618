"""The Docker Engine, seen over its HTTP API."""

"""Ways to wake a server."""

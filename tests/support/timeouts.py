"""How long a test waits for what must come."""

PATIENCE_S = 240.0
"""It ends what hangs, on any machine; nothing is judged by it."""

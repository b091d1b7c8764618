"""Time and concurrency: one writer of state, and those who feed it."""

"""What is known and said: frozen data, and no function longer than a property."""
